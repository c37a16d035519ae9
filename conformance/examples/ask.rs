//! Asks OPA and guard one policy of the package `p`: `cargo run -p guard-conformance --example ask -- policy.rego input.json`.

use anyhow::Context;
use guard_conformance::{
    opa::Opa,
    verdict::{Loaded, compare},
};
use guard_engine::rego::Module;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let policy = arguments.next().context("first argument: a policy of the package p")?;
    let input = arguments.next().context("second argument: an input in JSON")?;
    let text = std::fs::read_to_string(&policy)?;
    let input = serde_json::from_str(&std::fs::read_to_string(&input)?)?;
    let module = Module { file: policy.as_str().into(), text: text.into() };
    match compare(&mut Opa::start()?, &[module], &["p"], &[input])? {
        Loaded::OpaRefuses(error) => println!("OPA refuses it: {error}"),
        Loaded::GuardRefuses(refusals) => {
            refusals.iter().for_each(|refusal| println!("guard refuses it: {refusal}"))
        }
        Loaded::Both(comparisons) => println!("{comparisons:#?}"),
    }
    Ok(())
}
