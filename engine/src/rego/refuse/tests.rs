//! Each rule by its own example: what is refused, where, and the neighbour that is not.

use crate::rego::{Module, Refusal, parse};

fn module(file: &str, text: &str) -> Module {
    Module { file: file.into(), text: text.into() }
}

fn refusals(body: &str) -> Vec<Refusal> {
    parse(&[module("p.rego", &format!("package p\n\n{body}\n"))]).err().unwrap_or_default()
}

/// Refused at line:column (of the whole module, whose body starts in line 3), with these words.
#[track_caller]
fn refused(body: &str, place: &str, words: &str) {
    let found = refusals(body);
    let Some(first) = found.first() else { panic!("accepted: {body}") };
    assert_eq!(format!("{}:{}", first.line, first.column), place, "{body}\n{found:#?}");
    assert!(first.message.contains(words), "{body}\n{found:#?}");
}

#[track_caller]
fn accepted(body: &str) {
    assert_eq!(refusals(body), [], "{body}");
}

const NEW_NOT: &str = "import future.keywords.not\n\n";

#[test]
fn an_operand_under_not_must_have_a_value() {
    let words = "under `not`, an operand may be undefined";
    for (body, place) in [
        (r#"r if not startswith(input.zz, "a")"#, "3:21"),
        ("r if not input.a != 1", "3:10"),
        ("r if not input.a < input.b", "3:10"),
        (r#"r if not "x" in input.zz"#, "3:17"),
        ("r if not input.zz in {1}", "3:10"),
        ("r if not input.a + 1", "3:10"),
        ("r if not input.a & {1}", "3:10"),
        ("r if not [input.zz]", "3:11"),
        ("r if not {input.zz}", "3:11"),
        ("r if not input.o[input.zz]", "3:18"),
        ("r if not input.a == count(input.b)", "3:21"),
        ("f(x) if x\n\nr if not f(input.zz)", "5:12"),
        ("r if {\n\tevery c in input.cs { not startswith(c.image, \"a\") }\n}", "4:39"),
        ("r if not max(input_list) > 1\n\ninput_list := []", "3:10"),
    ] {
        refused(body, place, words);
        accepted(&format!("{NEW_NOT}{body}"));
    }
    for body in [
        "r if not input.zz",
        "r if not input.a.b == 1",
        "r if {\n\tsome c in input.cs\n\tnot c.x == input.y\n}",
        "s if input.x\n\nr if not s",
        "r if not count([1 | input.x]) == 1",
        "r if {\n\tv := input.image\n\tnot startswith(v, \"a\")\n}",
        "r if {\n\tendswith(input.image, \"x\")\n\tnot startswith(input.image, \"a\")\n}",
        "r if {\n\tnot startswith(input.image, \"a\")\n\tinput.image.name\n}",
        "known contains 1 if input.x\n\nr if not 1 in known",
        "known := {1, 2}\n\nr if {\n\tx := input.x\n\tnot x in known\n}",
        "default known := 1\n\nr if not known > 2",
    ] {
        accepted(body);
    }
}

#[test]
fn what_is_proven_outside_is_not_proven_of_another_variable() {
    let shadowed = "r if {\n\tsome c in input.cs\n\tc.image\n\t[1 | some c in input.ds; not startswith(c.image, \"a\")] == []\n}";
    refused(shadowed, "6:42", "under `not`");
    accepted(
        "r if {\n\tsome c in input.cs\n\tc.image\n\t[1 | some d in input.ds; d; not startswith(c.image, \"a\")] == []\n}",
    );
    refused(
        "r if {\n\tstartswith(input.a, \"x\") with input.a as \"x\"\n\tnot startswith(input.a, \"a\")\n}",
        "5:17",
        "under `not`",
    );
    refused("r if {\n\tprint(input.a)\n\tnot startswith(input.a, \"a\")\n}", "5:17", "under `not`");
}

#[test]
fn an_index_under_not_must_be_bound() {
    for (body, place) in [
        ("r if not input.cs[_].image == \"x\"", "3:19"),
        ("r if {\n\tsome x\n\tnot input.a[x] == 9\n}", "4:7"),
    ] {
        refused(body, place, "");
        refused(&format!("{NEW_NOT}{body}"), &place.replace("3:", "5:").replace("4:", "6:"), "");
    }
    accepted("r if {\n\tsome x\n\tinput.b[x]\n\tnot input.a[x] == 9\n}");
}

#[test]
fn a_head_that_may_be_undefined_must_not_loop() {
    let words = "the head's value may be undefined while the body loops";
    for (body, place) in [
        ("r contains {\"msg\": c.image} if some c in input.cs", "3:12"),
        ("r contains c.image if some c in input.cs", "3:12"),
        ("r[k] := v.x if some k, v in input.o", "3:9"),
        ("r[k.x] := 1 if some k in input.o", "3:3"),
        ("r[k] contains v.x if some k, v in input.o", "3:15"),
        ("r := c.i if some c in input.cs", "3:6"),
        ("r contains input.cs[_].i", "3:12"),
        ("r contains sprintf(\"%v\", [c.image]) if some c in input.cs", "3:12"),
        ("f(c) := c.x if c.y\n\nr contains f(c) if some c in input.cs", "5:12"),
        ("r contains input.x if input.cs[_].a", "3:12"),
        ("r contains input.x if input.cs[i].a", "3:12"),
        ("r contains input.x if walk(input.o, [p, v])", "3:12"),
        ("r := 1 if input.x\n\nelse := c.i if some c in input.cs", "5:9"),
        ("f(x) := c.i if some c in x", "3:9"),
    ] {
        refused(body, place, words);
    }
    for body in [
        "r contains msg if {\n\tsome c in input.cs\n\tmsg := c.image\n}",
        "r contains c.image if {\n\tsome c in input.cs\n\tc.image != \"x\"\n}",
        "r contains input.x if input.y",
        "r := [c.image | some c in input.cs]",
        "r contains c if some c in input.cs",
        "r[k] := v if some k, v in input.o",
        "r contains {\"m\": sprintf(\"%v\", [c]), \"p\": [1, i]} if some i, c in input.cs",
    ] {
        accepted(body);
    }
}

#[test]
fn a_value_before_else_in_a_function_must_be_defined() {
    let words = "an `else` follows";
    refused("f(x) := x.image if x.n\n\nelse := \"none\"", "3:9", words);
    accepted("f(x) := y if {\n\tx.n\n\ty := x.image\n} else := \"none\"");
    accepted("r := input.image if input.n\n\nelse := \"none\"");
    accepted("f(x) := x.image if x.image\n\nelse := \"none\"");
}

#[test]
fn in_as_a_value_needs_operands_with_values() {
    let words = "`in` stands as a value";
    refused("r := 1 in input.zz", "3:6", words);
    refused("r := x if x := 1 in input.zz", "3:16", words);
    refused("f(x) := x\n\nr if f(1 in input.zz) == false", "5:8", words);
    refused("r := [(1 in c.x) | some c in input.cs]", "3:8", words);
    accepted("r if 1 in input.zz");
    accepted(
        "r if not 1 in input.zz\n\nx := 1 in [1, 2]"
            .replace("r if not 1 in input.zz", "r if 1 in input.zz")
            .as_str(),
    );
    accepted("r := x if {\n\tzs := input.zz\n\tx := 1 in zs\n}");
}

#[test]
fn objects_with_variables_are_no_patterns() {
    refused("r := x if {\"k1\": x} := input.o", "3:11", "an object with variables stands as a pattern");
    refused("r := x if {\"k1\": x} = input.o", "3:11", "an object with variables stands as a pattern");
    refused("r := x if [1, {\"k1\": x}] := input.o", "3:15", "an object with variables stands as a pattern");
    refused(
        "r contains n if some {\"name\": n} in input.cs",
        "3:22",
        "an object with variables stands as a pattern",
    );
    refused("f({\"a\": x}) := x", "3:3", "a function's argument is an object pattern");
    accepted("r if {\n\tx := input.x\n\ty := {\"k1\": x}\n\ty.k1\n}");
    accepted("r := x if [_, x] := input.o");
    accepted("r if {\n\tx := input.x\n\t{\"k1\": x} == input.o\n}");
}

#[test]
fn every_body_has_a_head() {
    refused("f(x) := 1 if {\n\tx == 1\n} {\n\tx == 2\n}", "5:3", "a second body follows");
    accepted("f(x) := 1 if x == 1\n\nf(x) := 1 if x == 2");
}

#[test]
fn some_hides_no_rule_and_binds_what_it_names() {
    refused("x := 1\n\nr := [y | some x; y := input.a[x]]", "5:16", "`some x` hides the rule");
    refused("x := 1\n\nr := [x | some x in input.a]", "5:16", "`some x` hides the rule");
    refused("f(x) := x\n\nr := [f | some f in input.a]", "5:16", "`some f` hides the rule");
    refused("import data.q.lib\n\nr := [lib | some lib in input.a]", "5:18", "`some lib` hides the rule");
    refused("r contains i if some i, i in input.a", "3:25", "`some` names one variable twice");
    refused("r contains x if some x in x", "3:22", "`x` stands on both sides of `in`");
    refused("r if {\n\tsome x\n\tinput.a\n}", "4:7", "nothing in this body binds `x`");
    accepted("r := [y | some i; y := input.a[i]]");
}

#[test]
fn functions_get_what_they_take_and_are_called() {
    refused("f(x) if x\n\nr if f(1, 2)", "5:6", "`f` takes 1 argument, not 2");
    refused("r if startswith(input.x)", "3:6", "`startswith` takes 2 arguments, not 1");
    refused("r if count([1], x)", "3:6", "`count` takes 1 argument, not 2");
    refused("f(x) if x\n\nr := f", "5:6", "the function `f` stands as a value");
    refused("r if {\n\tinput.zz\n\tnofn(1)\n}", "5:2", "`nofn` is neither a function");
    refused("q := 1\n\nr if q(1)", "5:6", "`q` is no function");
    refused("r if crypto.sha256(\"x\") == \"y\"", "3:6", "the builtin `crypto.sha256` is not available");
    accepted("f(x) if x\n\nr if f(1)");
    accepted("f(x) if x\n\ng(x) if not x\n\nr if f(1) with f as g");
    accepted("r if print(1, 2, 3)");
}

#[test]
fn functions_of_other_modules_are_known() {
    let library = module("lib.rego", "package guard.lib.a\n\nf(x) := x\n\nnames contains 1 if input.x\n");
    let user = |text: &str| parse(&[library.clone(), module("p.rego", &format!("package p\n\n{text}\n"))]);
    assert!(user("import data.guard.lib.a\n\nr if a.f(1)").is_ok());
    assert!(user("r if data.guard.lib.a.f(1)").is_ok());
    assert!(user("import data.guard.lib.a\n\nr if not 1 in a.names").is_ok());
    let wrong = user("import data.guard.lib.a\n\nr if a.f(1, 2)").unwrap_err();
    assert_eq!(wrong.first().unwrap().message, "`a.f` takes 1 argument, not 2");
    let wrong = user("import data.guard.lib.a\n\nr if a.g(1)").unwrap_err();
    assert_eq!(wrong.first().unwrap().message, "`a.g` is no function");
}

#[test]
fn rules_do_not_refer_to_themselves() {
    refused("f(x) := f(x)", "3:1", "rules refer to themselves: p.f -> p.f");
    refused("a if b\n\nb if c\n\nc if a", "3:1", "rules refer to themselves: p.a -> p.b -> p.c -> p.a");
    refused("a if data.p.a", "3:1", "rules refer to themselves");
    refused("a if data.p[input.x]", "3:1", "rules refer to themselves");
    refused("a contains x if some x in data", "3:1", "rules refer to themselves");
    accepted("a if b\n\nb if c\n\nc if input.x");
}

#[test]
fn chains_of_rules_are_bounded() {
    let chain = |length: usize| {
        let rules = (1..length).map(|index| format!("r{index} if r{}\n", index - 1));
        format!("r0 if input.x\n{}", rules.collect::<String>())
    };
    accepted(&chain(200));
    refused(&chain(201), "203:1", "more than 200 levels deep");
}

#[test]
fn walk_is_a_statement() {
    refused("r := x if x := walk(input.o)", "3:16", "`walk` stands as a value");
    refused("r if count(walk(input.o)) > 1", "3:12", "`walk` stands as a value");
    accepted("r if {\n\twalk(input.o, [_, v])\n\tv == 1\n}");
}

#[test]
fn what_is_unsafe_or_impure_is_refused() {
    for call in [
        "http.send({})",
        "opa.runtime()",
        "time.now_ns()",
        "rand.intn(\"x\", 2)",
        "uuid.rfc4122(\"x\")",
        "net.cidr_expand(\"10.0.0.0/8\")",
        "numbers.range_step(1, 2, 1)",
        "object.subset([1], [])",
        "bits.lsh(1, 2)",
        "yaml.unmarshal(\"a: 1\")",
        "regex.is_valid(\"a\")",
    ] {
        refused(&format!("r := {call}"), "3:6", "is refused: ");
    }
}

#[test]
fn formats_and_patterns_are_checked_where_they_are_written_out() {
    refused("r := sprintf(\"%5d\", [1])", "3:14", "`sprintf`: `%5d` is none of");
    refused("r := sprintf(\"%v %v\", [1])", "3:14", "`sprintf`: the format wants 2 values, and gets 1");
    refused("r if regex.match(`(?x)a`, \"a\")", "3:18", "`regex.match`: `(?x` is not RE2");
    refused("r := regex.replace(\"a\", \"(\", \"b\")", "3:25", "`regex.replace`: ");
    refused("r if glob.match(\"{a\", [], \"a\")", "3:17", "`glob.match`: a `{` is not closed");
    accepted("r := sprintf(input.format, [1])");
    accepted("r if regex.match(`^\\w+$`, \"a\")");
}

#[test]
fn text_that_the_parser_cannot_bear_is_not_parsed() {
    refused(&format!("r := {}1{}", "[".repeat(9), "]".repeat(9)), "3:14", "brackets nest deeper");
    refused(&format!("r := {}1", "-".repeat(9)), "3:14", "more than 8 minus signs");
    accepted(&format!("r := {}1{}", "[".repeat(8), "]".repeat(8)));
    let words = "more than 500 operators";
    refused(&format!("r := 1{}", "\n + 1".repeat(501)), "504:2", words);
    refused(&format!("r := (1){}", "\n + (1)".repeat(501)), "504:2", words);
    refused(&format!("r if 1{}", "\n in 1".repeat(501)), "504:5", words);
    accepted(&format!("r := 1{}", "\n + 1".repeat(300)));
    accepted(&"r if input.a == 1\n\nr := true if input.b == {2}\n\n".repeat(600));
    accepted("# [[[[[[[[[[[[ ------------\nr := \"[[[[[[[[[[ \\\" [[[ ----------\"\n\ns := `[[[[[[[[[[[`");
}

#[test]
fn entry_points_are_partial_sets() {
    refused("violation := 1", "3:1", "`violation` must be a partial set");
    refused("violation[k] := 1 if some k in input.x", "3:1", "`violation` must be a partial set");
    refused("default undetermined := []", "3:9", "`undetermined` must be a partial set");
    refused("violation contains 1 if input.x", "3:20", "an object with a message and a path");
    refused("violation contains [\"m\"] if input.x", "3:20", "an object with a message and a path");
    refused("violation contains {\"message\": \"m\"} if input.x", "3:20", "`violation` holds has no path");
    refused("undetermined contains {\"path\": []} if input.x", "3:23", "`undetermined` holds has no message");
    refused("violation contains {\"msg\": \"m\", \"path\": []} if input.x", "3:20", "alone, not \"msg\"");
    accepted("violation contains {\"message\": \"m\", \"path\": []} if input.x");
    accepted("violation contains v if v := input.x");
}

#[test]
fn packages_that_guard_needs_are_refused() {
    for package in ["inventory.x", "guard", "guard.dispatch", "guard.dispatch.x"] {
        let found = parse(&[module("p.rego", &format!("package {package}\n\nr := 1\n"))]).unwrap_err();
        assert_eq!((found[0].line, found[0].column), (1, 9));
        assert!(found[0].message.contains("guard's own"), "{found:?}");
    }
}

#[test]
fn what_the_evaluator_does_not_read_is_refused_where_it_stands() {
    refused("r {\n\tinput.x\n}", "3:3", "`if` keyword is required");
    refused("r := ", "4:1", "expecting expression");
    refused("r if x == 1", "3:6", "");
    refused("r := 1 + é", "3:10", "invalid character");
}

#[test]
fn columns_count_code_points_and_a_tab_as_one() {
    refused("r if {\n\t\tinput.a == \"é\"; not startswith(input.zz, \"é\")\n}", "4:34", "under `not`");
}

#[test]
fn every_refusal_says_what_to_write_instead() {
    let found = refusals("r contains c.image if some c in input.cs");
    insta::assert_snapshot!(found[0].help.clone().unwrap_or_default(), @"assign it in the body: `v := …`, and write `v` in the head");
    assert_eq!(found[0].to_string(), format!("p.rego:3:12: {}", found[0].message));
    let help = |text: &str| refusals(text)[0].help.clone().unwrap_or_default();
    assert_eq!(help("q := input.x\n\nr := q()"), "it is a rule: write it without `()`");
    assert_eq!(help("r := time.parse_ns(\"2006\", input.x)"), "write `time.parse_rfc3339_ns`");
    assert_eq!(help("r if re_match(\"a\", input.x)"), "write `regex.match`");
    assert_eq!(help("r if ends_with(input.x, \"a\")"), "did you mean `endswith`?");
    assert_eq!(help("r := crypto.md5(input.x)"), "say it without");
}
