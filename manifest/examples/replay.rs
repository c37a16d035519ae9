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
        for case in cases.lines().map(golden::case) {
            if let Some(difference) = golden::difference(&case) {
                differing += 1;
                println!("{}\n{difference}\n", case.id);
            }
        }
        println!("{path}: {} cases, {differing} differences so far", cases.lines().count());
    }
    ExitCode::from(u8::from(differing > 0))
}
