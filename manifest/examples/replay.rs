//! Replays inputs with kubectl's answers, in the form of `fixtures/yaml/kubectl-golden.jsonl`, and prints where they differ.
//!
//! ```sh
//! cargo run --release -p guard-manifest --example replay -- ANSWERS.jsonl…
//! ```

#[path = "../tests/support/golden.rs"]
mod golden;

use std::{env, fs, process::ExitCode};

fn main() -> ExitCode {
    let mut differing = 0;
    for path in env::args().skip(1) {
        let cases = match fs::read_to_string(&path) {
            Ok(cases) => cases,
            Err(error) => {
                eprintln!("{path}: {error}");
                return ExitCode::from(2);
            }
        };
        for line in cases.lines() {
            let difference = match golden::case(line) {
                Ok(case) => golden::difference(&case).map(|difference| format!("{}\n{difference}", case.id)),
                Err(error) => Some(format!("{error} in {line}")),
            };
            if let Some(difference) = difference {
                differing += 1;
                println!("{difference}\n");
            }
        }
        println!("{path}: {} cases, {differing} differences so far", cases.lines().count());
    }
    ExitCode::from(u8::from(differing > 0))
}
