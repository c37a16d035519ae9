//! What callers rely on: every target answers, one that fails harms no other, nothing runs without bound.

use serde_json::json;

use super::*;
use crate::rego::parse;

/// Enough for all that ends by itself.
fn budget() -> Budget {
    Budget::new(Duration::from_secs(60))
}

fn module(file: &str, text: &str) -> Module {
    Module { file: file.into(), text: text.into() }
}

fn policy(name: &str, body: &str) -> Module {
    let text = format!(
        "package guard.policies[\"{name}\"]\n\nimport future.keywords.not\nimport data.guard.lib.w\n\n{body}\n"
    );
    module(&format!("{name}.rego"), &text)
}

fn library() -> Module {
    module(
        "w.rego",
        "package guard.lib.w\n\nnames contains name if name := input.object.containers[_].name\n",
    )
}

fn target(name: &str) -> Target {
    let package = ["guard", "policies", name].map(str::to_owned).to_vec();
    Target { name: name.into(), package, selectable: false }
}

fn prepared(modules: &[Module], targets: &[Target]) -> Prepared {
    Prepared::new(&parse(modules).unwrap(), targets).unwrap()
}

fn input(object: &serde_json::Value) -> Document {
    Document::object([("object", object.into())])
}

const NAMED: &str = r#"violation contains {"message": n, "path": ["containers", 0]} if some n in w.names"#;
const BROKEN: &str = r#"violation contains {"message": "x", "path": []} if startswith(input.object.n, "a")"#;

#[test]
fn every_target_answers_in_order_and_findings_are_sorted() {
    let undetermined = format!("{NAMED}\n\nundetermined contains {{\"message\": \"later\", \"path\": []}}\n");
    let modules = [library(), policy("a", NAMED), policy("b-b", &undetermined)];
    let mut prepared = prepared(&modules, &[target("b-b"), target("a")]);
    let answers =
        prepared.evaluate(&input(&json!({"containers": [{"name": "y"}, {"name": "x"}, {}]})), budget());
    let messages = |findings: &[Finding]| findings.iter().map(|f| f.message.clone()).collect::<Vec<_>>();
    let found: Vec<_> = answers
        .into_iter()
        .map(|answer| answer.unwrap())
        .map(|found| (messages(&found.violations), messages(&found.undetermined)))
        .collect();
    let both = vec!["x".to_owned(), "y".to_owned()];
    assert_eq!(found, [(both.clone(), vec!["later".to_owned()]), (both, vec![])]);
}

#[test]
fn a_policy_that_fails_is_named_and_the_others_still_count() {
    let modules = [library(), policy("good", NAMED), policy("broken", BROKEN)];
    let mut prepared = prepared(&modules, &[target("broken"), target("good")]);
    let object = json!({"n": 1, "containers": [{"name": "x"}]});
    let answers = prepared.evaluate(&input(&object), budget());
    let [Err(trouble), Ok(found)] = answers.as_slice() else { panic!("{answers:?}") };
    assert_eq!(trouble.cause, Cause::Runtime);
    insta::assert_snapshot!(trouble.message, @"broken.rego:6:75: `startswith` expects string argument. Got `1` instead");
    assert_eq!(found.violations.len(), 1);
    // The engine is as good as before.
    let answers = prepared.evaluate(&input(&json!({"n": "a", "containers": []})), budget());
    assert_eq!(
        answers.iter().map(|answer| answer.as_ref().unwrap().violations.len()).collect::<Vec<_>>(),
        [1, 0]
    );
}

#[test]
fn an_error_inside_a_walk_leaves_nothing_behind() {
    let body = r#"violation contains {"message": "m", "path": []} if {
    walk(input.object, [_, value])
    contains(value, "a")
}"#;
    let mut prepared = prepared(&[library(), policy("a", body)], &[target("a")]);
    let trouble = prepared.evaluate(&input(&json!({"x": "a"})), budget()).remove(0).unwrap_err();
    assert!(trouble.message.contains("`contains` expects string argument"), "{trouble:?}");
    assert_eq!(prepared.evaluate(&input(&json!("abc")), budget()).remove(0).unwrap().violations.len(), 1);
}

#[test]
fn a_selectable_target_runs_only_where_it_is_selected() {
    let modules = [library(), policy("a", NAMED)];
    let targets = [Target { selectable: true, ..target("a") }];
    let mut prepared = prepared(&modules, &targets);
    let object = Document::from(&json!({"containers": [{"name": "x"}]}));
    let ask = |prepared: &mut Prepared, selected: Document| {
        let input = Document::object([("object", object.clone()), ("selected", selected)]);
        prepared.evaluate(&input, budget()).remove(0).unwrap().violations.len()
    };
    assert_eq!(ask(&mut prepared, Document::object([])), 0);
    assert_eq!(ask(&mut prepared, Document::object([("a", false.into())])), 0);
    assert_eq!(ask(&mut prepared, Document::object([("a", true.into())])), 1);
}

#[test]
fn an_answer_of_another_shape_is_a_failure() {
    for (body, expected) in [
        (r#"violation contains v if v := "no object""#, "holds \"no object\""),
        (r#"violation contains v if v := {"message": "m"}"#, "which is not {"),
        (r#"violation contains {"message": 1, "path": []}"#, "which is not {"),
        (r#"violation contains {"message": "m", "path": [1.5]}"#, "which is not {"),
        (r#"violation contains {"message": "m", "path": [-1]}"#, "which is not {"),
        (r#"violation contains v if v := {"message": "m", "path": [], "more": 1}"#, "which is not {"),
    ] {
        let mut prepared = prepared(&[library(), policy("a", body)], &[target("a")]);
        let trouble = prepared.evaluate(&input(&json!({})), budget()).remove(0).unwrap_err();
        assert_eq!(trouble.cause, Cause::Shape, "{body}");
        assert!(trouble.message.contains(expected), "{body}: {}", trouble.message);
    }
}

/// Ends after eight thousand million steps, which no limit here allows; and makes next to nothing, so that nothing else ends it.
const ENDLESS: &str = r#"violation contains {"message": "m", "path": []} if {
    many := numbers.range(1, 2000)
    some a in many
    some b in many
    some c in many
    a * b * c == -1
}"#;

#[test]
fn a_policy_that_runs_too_long_is_ended_and_named_and_the_others_still_count() {
    let modules = [library(), policy("a", ENDLESS), policy("b", NAMED), policy("c", ENDLESS)];
    let mut prepared = prepared(&modules, &[target("a"), target("b"), target("c")]);
    // The eight seconds for all together are over; two are left to say who is to blame.
    let budget = Budget::spent(Duration::from_secs(8));
    let answers = prepared.evaluate(&input(&json!({"containers": [{"name": "x"}]})), budget);
    let [Err(first), Ok(found), Err(last)] = answers.as_slice() else { panic!("{answers:?}") };
    assert_eq!((first.cause, last.cause), (Cause::TimeLimit, Cause::TimeLimit));
    insta::assert_snapshot!(first.message, @"it ran out of time: the limit is 8000 ms");
    assert_eq!(found.violations.len(), 1);
}

#[test]
fn policies_that_never_end_cost_a_request_five_quarters_of_its_limit_and_no_more() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let modules: Vec<Module> =
        std::iter::once(library()).chain(names.map(|name| policy(name, ENDLESS))).collect();
    let mut prepared = prepared(&modules, &names.map(target));
    let limit = Duration::from_millis(400);
    let started = Instant::now();
    let answers = prepared.evaluate(&input(&json!({})), Budget::new(limit));
    // Each by itself with the whole limit would take eight times as long.
    assert!(started.elapsed() < limit * 6, "{:?}", started.elapsed());
    assert!(answers.iter().all(Result::is_err));
}

#[test]
fn without_time_left_nothing_runs_and_everything_fails() {
    let mut prepared = prepared(&[library(), policy("a", NAMED)], &[target("a")]);
    let trouble = prepared.evaluate(&input(&json!({})), Budget::new(Duration::ZERO)).remove(0).unwrap_err();
    assert_eq!(trouble.cause, Cause::Deadline);
    insta::assert_snapshot!(trouble.message, @"no time was left for it: the limit is 0 ms");
}

#[test]
fn a_policy_that_makes_more_and_more_fails_and_the_others_still_count() {
    let doubling = |condition: &str, first: &str, next: &str| {
        let rule = |n: usize| format!("x{n} := {}\n", next.replace('X', &format!("x{}", n - 1)));
        let rules: String = (1..=40).map(rule).collect();
        format!(
            "violation contains {{\"message\": \"m\", \"path\": []}} if {{\n\t{condition}\n}}\n\nx0 := {first}\n{rules}"
        )
    };
    let (counted, marshalled) = ("count(x40) == 0", "count(json.marshal(x40)) == 0");
    let each = "some n in numbers.range(1, 9999)\n\tcount(sprintf(\"%s%d\", [x18, n])) == 0";
    let hostile = [
        ("array", doubling(counted, "[1]", "array.concat(X, X)")),
        ("concat", doubling(counted, "`x`", "concat(``, [X, X])")),
        ("sprintf", doubling(counted, "`x`", "sprintf(`%s%s`, [X, X])")),
        ("replace", doubling(counted, "`x`", "replace(X, `x`, `xx`)")),
        ("regex", doubling(counted, "`x`", "regex.replace(X, `^.*$`, `$0$0`)")),
        ("marshal", doubling(counted, "`x`", "json.marshal([X, X])")),
        ("shared", doubling(marshalled, "[1]", "[X, X]")),
        ("walk", doubling("walk(x40, [_, value])\n\tvalue == 2", "[1]", "[X, X]")),
        ("loop", doubling(each, "`x`", "concat(``, [X, X])")),
    ];
    let modules = |(name, body): &(&str, String)| policy(name, body);
    let modules: Vec<Module> =
        [library(), policy("good", NAMED)].into_iter().chain(hostile.iter().map(modules)).collect();
    let targets: Vec<Target> =
        ["good"].into_iter().chain(hostile.iter().map(|(name, _)| *name)).map(target).collect();
    let mut prepared = prepared(&modules, &targets);
    let answers = prepared.evaluate(&input(&json!({"containers": [{"name": "x"}]})), budget());
    let outcome = |(target, answer): (&Target, &Answer)| match answer {
        Ok(found) => format!("{}: {} found", target.name, found.violations.len()),
        Err(trouble) => format!("{}: {:?}: {}", target.name, trouble.cause, trouble.message),
    };
    let outcomes: Vec<String> = targets.iter().zip(&answers).map(outcome).collect();
    insta::assert_snapshot!(outcomes.join("\n"), @"
    good: 1 found
    array: Runtime: array.rego:27:20: a collection of more than 100000 items
    concat: Runtime: concat.rego:33:14: a text of more than 4 MiB
    sprintf: Runtime: sprintf.rego:33:15: a text of more than 4 MiB
    replace: Runtime: replace.rego:32:15: a text of more than 4 MiB
    regex: Runtime: regex.rego:33:21: a text of more than 4 MiB
    marshal: Runtime: marshal.rego:22:20: a text of more than 4 MiB
    shared: Runtime: shared.rego:7:23: a text of more than 4 MiB
    walk: Runtime: walk.rego:7:9: a walk over more than can be kept
    loop: Runtime: loop.rego:8:18: more than 64 MiB of texts and lists in one evaluation
    ");
}

#[test]
fn what_runs_too_long_inside_a_function_says_the_same_each_time() {
    let doubling = |n: usize| format!("f{n}(x) := f{}(x) + f{}(x)\n", n - 1, n - 1);
    let functions: String = (1..40).map(doubling).collect();
    let exponential = format!(
        "violation contains {{\"message\": \"m\", \"path\": []}} if f39(1) == 0\n\nf0(x) := x\n{functions}"
    );
    let modules = [library(), policy("a", &exponential)];
    let mut prepared = prepared(&modules, &[target("a")]);
    let answers = prepared.evaluate(&input(&json!({})), Budget::new(Duration::from_millis(20)));
    let [Err(trouble)] = answers.as_slice() else { panic!("{answers:?}") };
    assert_eq!(trouble.cause, Cause::TimeLimit);
    insta::assert_snapshot!(trouble.message, @"it ran out of time: the limit is 20 ms");
}

#[test]
fn the_inventory_is_replaced_and_never_merged() {
    let body = r#"violation contains {"message": name, "path": []} if some name, _ in data.inventory"#;
    let mut prepared = prepared(&[library(), policy("a", body)], &[target("a")]);
    let mut ask = |inventory: serde_json::Value| {
        prepared.set_inventory(&Document::from(&inventory));
        let answer = prepared.evaluate(&input(&json!({})), budget()).remove(0).unwrap();
        answer.violations.into_iter().map(|finding| finding.message).collect::<Vec<_>>()
    };
    assert_eq!(ask(json!({"a": 1})), ["a"]);
    assert_eq!(ask(json!({"b": 1})), ["b"]);
}

#[test]
fn a_panicking_builtin_is_a_failure_and_the_engine_is_made_again() {
    let mut prepared = prepared(&[library(), policy("a", BROKEN)], &[target("a")]);
    prepared.set_inventory(&Document::from(&json!({"x": 1})));
    let panicking = Box::new(|_| panic!("out of luck"));
    prepared.engine.add_extension("startswith".to_owned(), 2, panicking).unwrap();
    let (entry, input) = (prepared.entries[0].clone(), input(&json!({"n": "ab"})));
    let answer = prepared.evaluate_alone(&entry, &input, budget(), Duration::from_secs(60));
    assert_eq!(
        answer.unwrap_err(),
        Trouble { cause: Cause::Panic, message: "the evaluator panicked: out of luck".into() }
    );
    let answers = prepared.evaluate(&input, budget());
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0].as_ref().unwrap().violations.len(), 1);
}

#[test]
fn only_the_modules_that_are_needed_are_loaded() {
    let other = module("other.rego", "package guard.lib.other\n\nx := 1\n");
    let modules = parse(&[library(), other, policy("a", NAMED), policy("b", NAMED)]).unwrap();
    let needed = dispatch::needed(&modules, &[target("a")]);
    let files: Vec<&str> = needed.iter().map(|parsed| &*parsed.module.file).collect();
    assert_eq!(files, ["w.rego", "a.rego"]);
}

#[test]
fn no_targets_give_no_answers() {
    assert_eq!(prepared(&[], &[]).evaluate(&input(&json!({})), budget()), []);
}

#[test]
fn to_be_measured_changes_no_answer() {
    let modules = [library(), policy("good", NAMED), policy("broken", BROKEN)];
    let chosen = Target { selectable: true, ..target("good") };
    let mut prepared = prepared(&modules, &[target("broken"), chosen]);
    let with = |n: serde_json::Value, selected: bool| {
        let object = json!({"n": n, "containers": [{"name": "x"}]});
        let object = ("object", Document::from(&object));
        Document::object([object, ("selected", Document::from(&json!({"good": selected})))])
    };
    for (input, places) in [
        (with(json!("b"), true), vec![0, 1]),
        (with(json!("b"), false), vec![0]),
        (with(json!(1), true), vec![]),
    ] {
        let (answers, times) = prepared.evaluate_timed(&input, budget());
        assert_eq!(answers, prepared.evaluate(&input, budget()));
        assert_eq!(times.into_iter().map(|(place, _)| place).collect::<Vec<_>>(), places);
    }
}
