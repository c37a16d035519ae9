//! What is made without bound elsewhere, and is loud and soon here.

use super::*;

fn error(result: anyhow::Result<Value>) -> String {
    result.unwrap_err().to_string()
}

fn list(items: usize) -> Value {
    vec![Value::Null; items].into()
}

fn letters(length: usize) -> Value {
    "a".repeat(length).into()
}

#[test]
fn what_fits_is_made_and_what_does_not_is_refused_before_it_is_made() {
    let half = MAX_ITEMS / 2;
    assert_eq!(length(&array_concat(&[list(half), list(half)]).unwrap()), MAX_ITEMS);
    insta::assert_snapshot!(error(array_concat(&[list(half), list(half + 1)])), @"a collection of more than 100000 items");
    let half = MAX_TEXT / 2;
    assert_eq!(text_of(&concat(&["".into(), vec![letters(half), letters(half)].into()]).unwrap()), MAX_TEXT);
    insta::assert_snapshot!(error(concat(&["-".into(), vec![letters(half), letters(half)].into()])), @"a text of more than 4 MiB");
    insta::assert_snapshot!(error(concat(&[letters(MAX_TEXT), vec![Value::from(""); 3].into()])), @"a text of more than 4 MiB");
}

#[test]
fn a_replacement_is_bounded_by_what_it_makes_and_not_by_its_parts() {
    let long = letters(MAX_TEXT / 2);
    assert_eq!(text_of(&replace(&[long.clone(), "a".into(), "b".into()]).unwrap()), MAX_TEXT / 2);
    assert_eq!(replace(&["aXbX".into(), "X".into(), "".into()]).unwrap(), "ab".into());
    insta::assert_snapshot!(error(replace(&[long.clone(), "a".into(), "bbb".into()])), @"a text of more than 4 MiB");
    insta::assert_snapshot!(error(replace(&[long.clone(), "".into(), "bb".into()])), @"a text of more than 4 MiB");
}

#[test]
fn pieces_and_places_are_counted() {
    let long = letters(MAX_ITEMS + 1);
    assert_eq!(length(&split(&["a,b".into(), ",".into()]).unwrap()), 2);
    insta::assert_snapshot!(error(split(&[long.clone(), "".into()])), @"a collection of more than 100000 items");
    insta::assert_snapshot!(error(split(&[long.clone(), "a".into()])), @"a collection of more than 100000 items");
    insta::assert_snapshot!(error(indexof_n(&[long, "a".into()])), @"a collection of more than 100000 items");
}

/// `[x, x]`, as often as said: little memory, and twice as many values each time.
fn doubled(times: usize) -> Value {
    (0..times).fold(Value::from("x"), |value, _| vec![value.clone(), value].into())
}

#[test]
fn what_is_shared_counts_as_often_as_it_stands_there() {
    let object = |value: Value| Value::from(std::collections::BTreeMap::from([(Value::from("a"), value)]));
    assert!(object_union(&[object(doubled(5)), object(doubled(5))]).is_ok());
    insta::assert_snapshot!(error(object_union(&[object(doubled(40)), object(doubled(40))])), @"a collection of more than 100000 items");
    insta::assert_snapshot!(error(object_union_n(&[vec![object(doubled(40))].into()])), @"a collection of more than 100000 items");
    insta::assert_snapshot!(error(walk(&[doubled(40)])), @"a walk over more than can be kept");
    assert_eq!(length(&walk(&[doubled(3)]).unwrap()), 15);
    insta::assert_snapshot!(error(super::super::json::marshal(&[doubled(40)])), @"a text of more than 4 MiB");
    insta::assert_snapshot!(error(super::super::sprintf::sprintf(&["%v".into(), vec![doubled(40)].into()])), @"a text of more than 4 MiB");
    assert!(super::super::brief(&doubled(40)).len() < 250);
}

#[test]
fn regular_expressions_make_no_more_than_others() {
    let long = letters(MAX_ITEMS + 1);
    let regex = super::super::regex::replace;
    assert_eq!(regex(&["a1".into(), "([a-z])([0-9])".into(), "$2-$1".into()]).unwrap(), "1-a".into());
    let hundred = "$0".repeat(100);
    insta::assert_snapshot!(error(regex(&[long.clone(), "a".into(), hundred.as_str().into()])), @"a text of more than 4 MiB");
    let all = Value::from(-1_i64);
    insta::assert_snapshot!(error(super::super::regex::find_n(&["a".into(), long.clone(), all.clone()])), @"a collection of more than 100000 items");
    insta::assert_snapshot!(error(super::super::regex::split(&["".into(), long.clone()])), @"a collection of more than 100000 items");
    let nested = format!("{}a*{}", "(".repeat(60), ")".repeat(60));
    insta::assert_snapshot!(error(super::super::regex::find_all_string_submatch_n(&[nested.as_str().into(), long, all])), @"a text of more than 4 MiB");
}

#[test]
fn all_that_is_made_in_one_evaluation_is_bounded_too() {
    begin();
    for _ in 0..MAX_MADE / MAX_TEXT {
        count(letters(MAX_TEXT)).unwrap();
    }
    insta::assert_snapshot!(error(count(letters(1))), @"more than 64 MiB of texts and lists in one evaluation");
    begin();
    assert!(count(letters(1)).is_ok());
    assert!(count(true.into()).is_ok());
}
