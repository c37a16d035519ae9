//! Every case of `fixtures/yaml/kubectl-golden.jsonl` is read as kubectl read it.

#[path = "support/golden.rs"]
mod golden;

const GOLDEN: &str = include_str!("../../fixtures/yaml/kubectl-golden.jsonl");

#[test]
fn every_golden_case_is_read_as_kubectl_reads_it() {
    let cases: Vec<_> = GOLDEN.lines().map(|line| golden::case(line).expect("a case")).collect();
    assert_eq!(cases.len(), 309, "the fixture is whole");
    let differing: Vec<_> =
        cases.iter().filter(|case| golden::difference(case).is_some()).map(|case| case.id.as_str()).collect();
    assert!(differing.is_empty(), "{} cases differ from kubectl: {differing:#?}", differing.len());
}
