//! docs/webhook-cli.md, written from the program's own help: `UPDATE_DOCS=1 cargo test` rewrites it.

use std::{env, fs, path::Path};

use clap::CommandFactory;
use guard_webhook::args::Arguments;

const OPENING: &str = "\
# guard-webhook: command line

Generated from the program: `UPDATE_DOCS=1 cargo test` rewrites this page.

";

#[test]
fn command_line_page_is_current() {
    let help = Arguments::command().term_width(100).render_long_help().to_string();
    let lines: Vec<_> = help.lines().map(str::trim_end).collect();
    let text = format!("{OPENING}```text\n{}\n```\n", lines.join("\n").trim_end());
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/webhook-cli.md");
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&page, &text).unwrap();
    }
    let current = fs::read_to_string(&page).unwrap_or_default();
    assert!(
        current == text,
        "docs/webhook-cli.md is not what the program says: run `UPDATE_DOCS=1 cargo test`"
    );
}
