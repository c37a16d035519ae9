//! docs/cli.md from the command line's own definition.

use std::fmt::Write;

use clap::{Arg, ArgAction, Command, CommandFactory};

use crate::args::Arguments;

const OPENING: &str = "\
# Command line

Generated from the program: `UPDATE_DOCS=1 cargo test` rewrites this page.

";

#[test]
fn cli_page_is_current() {
    super::assert_current("cli.md", &page());
}

fn page() -> String {
    let mut guard = Arguments::command();
    guard.build();
    let mut page = OPENING.to_owned();
    write_command(&guard, &mut page);
    guard.get_subcommands().for_each(|command| write_command(command, &mut page));
    page
}

fn write_command(command: &Command, page: &mut String) {
    let name = command.get_bin_name().unwrap_or(command.get_name());
    let about = command.get_long_about().or(command.get_about()).map(ToString::to_string).unwrap_or_default();
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    writeln!(
        page,
        "## {name}\n\n{}\n\n```text\n{usage}\n```\n",
        about.split("\n\n").map(with_stop).collect::<Vec<_>>().join("\n\n")
    )
    .unwrap();
    if command.has_subcommands() {
        for verb in command.get_subcommands() {
            let bin_name = verb.get_bin_name().unwrap();
            let link = bin_name.replace(' ', "-");
            writeln!(page, "- [`{bin_name}`](#{link}): {}", verb.get_about().unwrap()).unwrap();
        }
        writeln!(page).unwrap();
    }
    for heading in headings(command) {
        writeln!(page, "### {name}: {}\n", heading.to_lowercase()).unwrap();
        let under = |arg: &&Arg| is_documented(arg) && heading_of(arg) == heading;
        command.get_arguments().filter(under).for_each(|arg| write_argument(arg, page));
        writeln!(page).unwrap();
    }
    let after = command.get_after_long_help().or(command.get_after_help()).map(ToString::to_string);
    after.iter().for_each(|text| write_after(name, text, page));
}

/// The headings in the order in which arguments first use them.
fn headings(command: &Command) -> Vec<String> {
    let mut headings: Vec<String> = Vec::new();
    for heading in command.get_arguments().filter(|arg| is_documented(arg)).map(heading_of) {
        if !headings.contains(&heading) {
            headings.push(heading);
        }
    }
    headings
}

fn is_documented(arg: &Arg) -> bool {
    !arg.is_hide_set() && arg.get_id() != "help"
}

fn heading_of(arg: &Arg) -> String {
    let heading = if arg.is_positional() { "Arguments" } else { arg.get_help_heading().unwrap_or("Options") };
    heading.to_owned()
}

fn write_argument(arg: &Arg, page: &mut String) {
    let value = arg
        .get_value_names()
        .map(|names| names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
    let takes_value = matches!(arg.get_action(), ArgAction::Set | ArgAction::Append);
    let value = value.filter(|_| takes_value);
    let names = match (arg.get_short(), arg.get_long(), value) {
        (_, None, Some(value)) => format!("`{value}`"),
        (short, Some(long), value) => {
            let short = short.map(|short| format!("`-{short}`, ")).unwrap_or_default();
            format!("{short}`--{long}{}`", value.map(|value| format!(" {value}")).unwrap_or_default())
        }
        _ => format!("`-{}`", arg.get_short().unwrap()),
    };
    let help = arg.get_long_help().or(arg.get_help()).map(ToString::to_string).unwrap_or_default();
    let mut paragraphs = help.split("\n\n");
    let mut first = with_stop(paragraphs.next().unwrap_or_default());
    let values: Vec<_> =
        arg.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect();
    if takes_value && !values.is_empty() {
        write!(first, " One of {}.", values.join(", ")).unwrap();
    }
    let defaults: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if takes_value && !defaults.is_empty() && !arg.is_hide_default_value_set() {
        write!(first, " Default: `{}`.", defaults.join(" ")).unwrap();
    }
    writeln!(page, "- {names}: {first}").unwrap();
    paragraphs.for_each(|paragraph| writeln!(page, "  {paragraph}").unwrap());
}

/// `[default: …]` and the like stay behind the sentence.
fn with_stop(text: &str) -> String {
    match text.rsplit_once(" [default: ") {
        Some((text, default)) => format!("{text}. Default: {}.", default.trim_end_matches(']')),
        None if text.ends_with('.') => text.to_owned(),
        None => format!("{text}."),
    }
}

/// Sections of indented lines under a title; lines that begin with `$ ` are commands, and run by a test.
fn write_after(name: &str, text: &str, page: &mut String) {
    for section in text.split("\n\n") {
        let Some((title, lines)) = section.split_once(":\n") else { continue };
        let lines: Vec<_> = lines.lines().map(str::trim_start).collect();
        let language = if lines.iter().all(|line| line.starts_with("$ ")) { "console" } else { "text" };
        writeln!(page, "### {name}: {}\n\n```{language}\n{}\n```\n", title.to_lowercase(), lines.join("\n"))
            .unwrap();
    }
}
