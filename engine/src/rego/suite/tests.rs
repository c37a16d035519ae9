//! What `guard test` relies on: every test is asked, and none that fails, errs or says nothing passes.

use super::*;
use crate::rego::parse;

fn tests(text: &str) -> Result<Tests, Vec<Refusal>> {
    let policy = "package guard.policies.p\n\nimport future.keywords.not\n\nviolation contains {\"message\": \"m\", \"path\": []} if input.bad\n";
    let policy = Module { file: "p/policy.rego".into(), text: policy.into() };
    let text = format!(
        "package guard.policies.p_test\n\nimport data.guard.policies.p\nimport future.keywords.not\n\n{text}\n"
    );
    Tests::new(&parse(&[policy]).unwrap(), &[Module { file: "p/policy_test.rego".into(), text: text.into() }])
}

fn results(text: &str) -> Vec<(String, Result<(), TestFailure>)> {
    let mut tests = tests(text).unwrap();
    let list = tests.list().to_vec();
    list.iter().map(|test| (test.name.to_string(), tests.run(test))).collect()
}

#[test]
fn each_test_has_its_own_result() {
    let found = results(
        "test_good if p.violation == set()\n\
         test_undefined if count(p.violation) == 1 with input as {}\n\
         test_bad if count(p.violation) == 1 with input as {\"bad\": true}\n\
         test_false := false\n\
         test_set contains 1\n\
         helper if false",
    );
    let names: Vec<_> = found.iter().map(|(name, result)| (name.as_str(), result.clone())).collect();
    assert_eq!(
        names,
        [
            ("test_good", Ok(())),
            ("test_undefined", Err(TestFailure::NotTrue(None))),
            ("test_bad", Ok(())),
            ("test_false", Err(TestFailure::NotTrue(Some("false".to_owned())))),
            ("test_set", Err(TestFailure::NotTrue(Some("[1]".to_owned())))),
        ]
    );
}

#[test]
fn a_test_that_errs_fails_with_the_place_and_the_next_one_is_as_good_as_before() {
    let found = results("test_errs if startswith(1, \"a\")\ntest_good if p.violation == set()");
    let [(_, Err(TestFailure::Trouble(trouble))), (_, Ok(()))] = found.as_slice() else {
        panic!("{found:?}")
    };
    insta::assert_snapshot!(trouble.message, @"p/policy_test.rego:6:25: `startswith` expects string argument. Got `1` instead");
}

#[test]
fn a_test_stands_where_its_rule_does() {
    let tests = tests("# a comment\ntest_good if true").unwrap();
    let [test] = tests.list() else { panic!("{:?}", tests.list()) };
    assert_eq!((&*test.file, test.line, test.column), ("p/policy_test.rego", 7, 1));
}

#[test]
fn two_tests_of_one_name_are_refused() {
    let refusals = tests("test_a if true\ntest_a if false").err().unwrap();
    insta::assert_snapshot!(refusals[0], @"p/policy_test.rego:7:1: two tests are called test_a");
}

#[test]
fn a_test_that_does_not_parse_is_refused() {
    let refusals = tests("test_a if {").err().unwrap();
    assert_eq!(&*refusals[0].file, "p/policy_test.rego");
}

#[test]
fn what_a_test_and_what_it_tests_print_is_kept_until_the_next_test() {
    let mut tests = tests(
        "test_loud if {\n\tprint(\"looking at\", [1, \"a\"], input.nothing)\n\tstartswith(1, \"a\")\n}\n\ntest_quiet if true",
    )
    .unwrap();
    let list = tests.list().to_vec();
    assert!(tests.run(&list[0]).is_err());
    let [Print { file, line, text }] = &*tests.take_prints() else { panic!("one call of print") };
    assert_eq!((&**file, *line, &**text), ("p/policy_test.rego", 7, "looking at [1, \"a\"] <undefined>"));
    assert!(tests.run(&list[0]).is_err());
    tests.run(&list[1]).unwrap();
    assert_eq!(tests.take_prints(), []);
}

#[test]
fn a_test_with_keys_or_arguments_is_refused() {
    for rule in ["test_a[note] if some note in [\"a\", \"b\"]", "test_a.b if true", "test_a(x) if x == 1"] {
        let refusals = tests(rule).err().unwrap();
        assert!(
            refusals[0].to_string().starts_with("p/policy_test.rego:6:1: a test with keys"),
            "{refusals:?}"
        );
    }
}

#[test]
fn a_test_beside_the_rules_that_it_tests_is_refused() {
    let policy = "package guard.policies.p\n\nimport future.keywords.not\n\nviolation contains {\"message\": \"m\", \"path\": []} if input.bad\n\ntest_a if true\n";
    let policy = Module { file: "p/policy.rego".into(), text: policy.into() };
    let refusals = Tests::new(&parse(&[policy]).unwrap(), &[]).err().unwrap();
    insta::assert_snapshot!(refusals[0], @"p/policy.rego:7:1: test_a stands where no test is run");
}
