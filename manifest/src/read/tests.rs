use super::*;
use crate::{Located, Span, Step, Warning};

/// The text of a span with where it begins.
fn shown(reading: &Reading, span: Span) -> String {
    let text = &reading.text[span.start.offset..span.end.offset];
    format!("{}:{} {text}", span.start.line, span.start.column)
}

/// What each document is, in words.
fn contents(text: &str) -> Vec<String> {
    let reading = read(text.as_bytes());
    let content = |document: &Document| match &document.content {
        Content::Empty => "empty".to_owned(),
        Content::Resources(resources) => {
            let names = resources.iter().map(|resource| resource.value["kind"].as_str().unwrap_or("?"));
            format!("resources {}", names.collect::<Vec<_>>().join(" "))
        }
        Content::NotKubernetes { reason, span } => format!("other {}: {reason}", shown(&reading, *span)),
        Content::Unreadable { reason, span } => format!("unreadable {}: {reason}", shown(&reading, *span)),
    };
    reading.documents.iter().map(content).collect()
}

/// `a.0.b`: a number is an index.
fn steps(path: &str) -> Vec<Step<'_>> {
    let parts = path.split('.').filter(|part| !part.is_empty());
    parts.map(|part| part.parse().map_or(Step::Key(part), Step::Index)).collect()
}

/// Where the paths of the only resource of a text lead: `?` before what is only the nearest parent's.
fn located(text: &str, paths: &[&str]) -> Vec<String> {
    let reading = read(text.as_bytes());
    let [Document { content: Content::Resources(resources), .. }] = reading.documents.as_slice() else {
        panic!("no resource: {:?}", contents(text))
    };
    let locate = |path: &&str| {
        let Located { span, exact } = resources[0].locate(steps(path));
        format!("{}{}", if exact { "" } else { "?" }, shown(&reading, span))
    };
    paths.iter().map(locate).collect()
}

fn warnings(text: &str) -> Vec<String> {
    let reading = read(text.as_bytes());
    let show = |warning: &Warning| format!("{}: {}", shown(&reading, warning.span), warning.message);
    reading.documents.iter().flat_map(|document| &document.warnings).map(show).collect()
}

const POD: &str = "\
# a pod
apiVersion: v1
kind: Pod
metadata:
  name: x # its name
  labels: {a: é, \"b\": c}
spec:
  containers:
  - name: app
    image: >-
      nginx
      alpine
    args: [--a, \"--b\"]
    env:
    -   value: |
          text
    securityContext:
      privileged: true
    stdin:
  - {name: side, image: x}
  nested:
  - - deep
";

#[test]
fn a_scalar_is_pointed_at_by_its_text() {
    let paths = ["metadata.name", "metadata.labels.a", "metadata.labels.b", "spec.containers.0.args.1"];
    assert_eq!(located(POD, &paths), ["5:9 x", "6:15 é", "6:23 c", "13:17 \"--b\""]);
}

#[test]
fn a_block_scalar_is_pointed_at_by_its_header() {
    assert_eq!(
        located(POD, &["spec.containers.0.image", "spec.containers.0.env.0.value"]),
        ["10:12 >-", "15:16 |"]
    );
}

#[test]
fn a_long_scalar_is_pointed_at_by_its_first_line() {
    let text = "kind: T\na: word\n  and more\nb: \"quoted\n  and more\"\n";
    assert_eq!(located(text, &["a", "b"]), ["2:4 word", "4:4 \"quoted"]);
}

#[test]
fn a_collection_is_pointed_at_by_its_key() {
    let paths =
        ["spec", "spec.containers", "spec.containers.0.args", "metadata.labels", "spec.containers.0.stdin"];
    assert_eq!(located(POD, &paths), ["7:1 spec", "8:3 containers", "13:5 args", "6:3 labels", "19:5 stdin"]);
}

#[test]
fn an_item_is_pointed_at_by_its_first_entry() {
    let paths = ["spec.containers.0", "spec.containers.1", "spec.containers.0.env.0", "spec.nested.0", ""];
    assert_eq!(
        located(POD, &paths),
        ["9:5 name: app", "20:6 name: side", "15:9 value: |", "22:7 deep", "2:1 apiVersion: v1"]
    );
    let text =
        "kind: T\na:\n- b:\n    c: 1\n-\n- {}\n- []\n- d: {e: [1,\n    2]}\n- *x\n".replace("- *x\n", "");
    assert_eq!(
        located(&text, &["a.0", "a.1", "a.2", "a.3", "a.4"]),
        ["3:3 b", "5:1 -", "6:3 {}", "7:3 []", "8:3 d: {e: [1,"]
    );
}

#[test]
fn a_missing_field_is_pointed_at_by_its_nearest_parent() {
    let paths = [
        "spec.containers.0.securityContext.runAsNonRoot",
        "spec.containers.1.resources.limits",
        "spec.hostNetwork",
        "status",
        "spec.containers.7",
        "metadata.name.x",
    ];
    assert_eq!(
        located(POD, &paths),
        [
            "?17:5 securityContext",
            "?20:6 name: side",
            "?7:1 spec",
            "?2:1 apiVersion: v1",
            "?8:3 containers",
            "?5:9 x",
        ]
    );
}

#[test]
fn an_anchor_and_a_tag_are_stepped_over() {
    let text = "kind: T\na: &x !!str foo\nb: !!map &y\n  c: 1\n- d\n".replace("- d\n", "");
    assert_eq!(located(&text, &["a", "b", "b.c"]), ["2:13 foo", "3:1 b", "4:6 1"]);
}

#[test]
fn what_comes_through_an_alias_or_a_merge_key_is_found_where_it_is_written() {
    let text = "\
kind: T
base: &base
  image: &image nginx
  privileged: true
  more: {a: 1}
item:
  <<: *base
  image: *image
  own: 1
other: *base
list:
- *base
- <<: [{first: 1}, {first: 2, second: 2}]
";
    let paths = [
        "item.privileged",
        "item.image",
        "item.own",
        "other",
        "other.privileged",
        "other.missing",
        "list.0",
        "list.0.more.a",
        "list.1.first",
        "list.1.second",
        "item.missing",
    ];
    assert_eq!(
        located(text, &paths),
        [
            "4:15 true",
            "8:10 *image",
            "9:8 1",
            "10:1 other",
            "4:15 true",
            "?10:1 other",
            "12:3 *base",
            "5:13 1",
            "13:16 1",
            "13:39 2",
            "?6:1 item",
        ]
    );
}

#[test]
fn the_last_of_two_keys_is_the_one_that_counts() {
    let text = "kind: T\na: 1\na: 2\nb: 1\n<<: {b: 2, c: 3}\nc: 4\non: 5\n0x10: 6\n";
    assert_eq!(located(text, &["a", "b", "c", "true"]), ["3:4 2", "5:9 2", "6:4 4", "7:5 5"]);
    let reading = read(text.as_bytes());
    let Content::Resources(resources) = &reading.documents[0].content else { panic!("no resource") };
    assert_eq!(shown(&reading, resources[0].locate([Step::Key("16")]).span), "8:7 6");
}

#[test]
fn columns_count_code_points_and_json_has_places_too() {
    let text = "{\"kind\": \"T\", \"é\": {\"ключ\": [1, \"a\\nb\"]}}";
    assert_eq!(
        located(text, &["é.ключ", "é.ключ.0", "é.ключ.1", ""]),
        ["1:21 \"ключ\"", "1:30 1", "1:33 \"a\\nb\"", "1:2 \"kind\": \"T\"",]
    );
}

#[test]
fn an_item_of_a_list_has_paths_of_its_own() {
    let text =
        "kind: PodList\napiVersion: v1\nitems:\n- metadata: {name: a}\n- &b\n  metadata: {name: b}\n- *b\n";
    let reading = read(text.as_bytes());
    let Content::Resources(resources) = &reading.documents[0].content else { panic!("no resources") };
    let places: Vec<_> = resources
        .iter()
        .map(|resource| shown(&reading, resource.locate(steps("metadata.name")).span))
        .collect();
    assert_eq!(places, ["4:20 a", "6:20 b", "6:20 b"]);
    assert_eq!(shown(&reading, resources[0].span()), "4:3 metadata: {name: a}");
    let kind = resources[0].locate(steps("kind"));
    assert_eq!(
        (shown(&reading, kind.span).as_str(), kind.exact),
        ("4:3 metadata: {name: a}", false),
        "the kind is inherited"
    );
}

#[test]
fn each_document_is_told_what_it_is() {
    let text = "# licence\n---\nkind: T\napiVersion: v1\n---\na: 1\n---\n- a\n---\nkind: yes\napiVersion: v1\n---\nkind: T\napiVersion: v1\nmetadata:\n  labels: {a: yes}\n";
    assert_eq!(
        contents(text),
        [
            "empty",
            "resources T",
            "other 6:1 a: 1: no `kind`, so no Kubernetes object",
            "other 8:3 a: a list where a Kubernetes object is a mapping",
            "unreadable 10:7 yes: `kind` is a boolean where Kubernetes takes a string: quote it",
            "unreadable 16:15 yes: `metadata.labels.a` is a boolean where Kubernetes takes a string: quote it",
        ]
    );
}

#[test]
fn a_fault_ends_its_own_document_alone() {
    let text = "kind: A\n---\na: b: c\n---\nkind: B\n---x\nkind: C\n---\nkind: D\n";
    assert_eq!(
        contents(text),
        [
            "resources A",
            "unreadable 3:5 : c: a `: ` where no key can end: quote the text, or mind the indentation",
            "resources B",
            "unreadable 6:1 ---x: a line that begins with `---` separates documents: nothing but a comment may follow on it",
            "resources D",
        ]
    );
}

#[test]
fn a_fault_is_explained_where_it_is() {
    for (text, expected) in [
        ("a:\n\tb: 1\n", "2:1 \tb: 1: a tab stands where only spaces may: YAML indents with spaces"),
        ("a: {{ .Values.x }}\n", "1:7 .Values.x: a template: it can be read when it is rendered"),
        (
            "{{- if .x }}\na: 1\n{{- end }}\n",
            "1:3 - if .x }}: a template: it can be read when it is rendered",
        ),
        ("a: [1, 2\n", "1:4 [1, 2: a `[` or `{` that is never closed"),
        ("a: 'x\nb: 1\n", "1:4 'x: a quoted text that is never closed"),
        (
            "a:\n   b: 1\n  c: 2\n",
            "3:3 c: 2: no `key: value` pair, or one whose indentation fits nothing above it",
        ),
        ("a: 1\nb\nc: 2\n", "2:1 b: a key without its `:`, or a line that is indented too little"),
        ("a: *x\n", "1:4 *x: an alias to an anchor that does not stand before it"),
        ("a: &x [*x]\n", "1:8 *x]: an alias inside of the value that it stands for"),
        ("a: @x\n", "1:4 @x: no value may begin with this character: quote it"),
        ("a: \"\\q\"\n", "1:5 \\q\": an escape that YAML does not know: write `\\\\` for a backslash"),
        (
            "%YAML 1.2\n---\na: 1\n",
            "1:1 %YAML 1.2: a line that starts with `%` is a YAML directive, which Kubernetes does not read",
        ),
        ("a: x\u{1}y\n", "1:5 \u{1}: the control character U+0001, which YAML does not allow"),
        ("~: 1\n", "1:1 ~: a key that is empty or null: quote it if the text is meant"),
        ("a: .inf\n", "1:4 .inf: infinity and not-a-number do not exist in JSON"),
        (
            "1: a\n\"1\": b\n",
            "2:1 \"1\": the key `1` stands twice, as text and not: Kubernetes takes either at random",
        ),
        ("a: !!int x\n", "1:10 x: tagged `!!int`, and no integer"),
        ("<<: 1\n", "1:5 1: a merge key `<<` takes a mapping, an alias to one, or a list of these"),
    ] {
        let unreadable = format!("unreadable {expected}");
        assert_eq!(contents(text).first(), Some(&unreadable), "{text}");
    }
}

#[test]
fn surprises_are_told_where_they_stand() {
    assert_eq!(warnings("kind: T\na: 1\na: 2\n"), ["3:1 a: the key `a` stands twice: the last one counts"]);
    assert_eq!(
        warnings("kind: T\non: push\nb: [y, \"no\", true, !!str off]\n"),
        [
            "2:1 on: `on` is the boolean true: quote it if the word is meant",
            "3:5 y: `y` is the boolean true: quote it if the word is meant",
        ]
    );
    assert_eq!(
        warnings("kind: T\nb: 0755\nc: 0o17\nd: 08\ne: 0\nf: 0.5\ng: 1:30\nh: 0x1F\ni: \"0755\"\n"),
        [
            "2:4 0755: `0755` is the number 493: quote it if the text is meant",
            "3:4 0o17: `0o17` is the number 15: quote it if the text is meant",
            "4:4 08: `08` is the number 8: quote it if the text is meant",
        ]
    );
    assert_eq!(
        warnings("kind: T\na: &a {p: 1, q: 2}\nb:\n  q: 3\n  <<: *a\n  p: 4\n"),
        ["5:3 <<: `<<` overrides `q`, which stands before it: Kubernetes goes by the order",]
    );
}

#[test]
fn what_everybody_means_is_no_surprise() {
    assert_eq!(
        warnings("kind: T\ndefaultMode: 0400\nitems:\n- {apiVersion: v1, kind: A, mode: 0644}\n"),
        [""; 0]
    );
    assert_eq!(warnings("kind: T\na: &a {p: 1}\nb:\n  p: 1\n  <<: *a\nc:\n  <<: *a\n  p: 2\n"), [""; 0]);
}

#[test]
fn a_surprise_that_an_alias_repeats_is_told_once() {
    assert_eq!(warnings("kind: T\na: &a {b: yes, c: 1, c: 2}\nd: [*a, *a]\ne:\n  <<: *a\n").len(), 2);
}

#[test]
fn documents_span_their_lines() {
    let reading = read("\n\nkind: A\n\n---\n# c\nkind: B\r\nv: 1\r\n\n".as_bytes());
    let lines: Vec<_> =
        reading.documents.iter().map(|document| (document.span.start.line, document.span.end.line)).collect();
    assert_eq!(lines, [(3, 3), (6, 8)]);
}

#[test]
fn json_values_may_follow_one_another_and_go_on_as_yaml() {
    let json = "{\"kind\": \"A\"} {\"kind\": \"B\"}\n{\"kind\": \"C\"}";
    assert_eq!(contents(json), ["resources A", "resources B", "resources C"]);
    assert_eq!(contents("{\"kind\": \"A\"}\n---\nkind: B\n"), ["resources A", "resources B"]);
    assert_eq!(
        contents("{\"kind\": \"A\", \"n\": 1e400}"),
        ["unreadable 1:20 1e400}: a number too large for any"]
    );
    assert_eq!(
        contents("{\"kind\": \"A\"} {\"kind\": \"B\"} x").last().map(String::as_str),
        Some("unreadable 1:29 x: no value where one is expected")
    );
}

#[test]
fn too_many_aliases_are_the_fault_of_one_that_the_document_holds() {
    let laughs: String = (1..9)
        .map(|level| {
            format!("a{level}: &a{level} [{}]\n", ["*a"; 9].map(|a| format!("{a}{}", level - 1)).join(", "))
        })
        .collect();
    let text = format!("kind: T\na0: &a0 [lol]\n{laughs}");
    let contents = contents(&text);
    assert!(contents.iter().all(|content| content.contains(" *a")), "{contents:?}");
}
