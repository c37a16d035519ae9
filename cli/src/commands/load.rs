//! Policies and settings, as every verb that needs them loads them.

use std::{env, io, sync::Arc};

use annotate_snippets::Level;
use anyhow::{Context, Result};
use guard_loader::{GuardYaml, Library, Loaded, Problem};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{
    args::{Color, PolicyArguments},
    report::{
        Location,
        frame::{Frame, Frames},
    },
    scan::Rules,
    stderr,
};

/// Loads policies and settings. None where they have mistakes: these are printed, and nothing else can be done.
pub(super) fn load(arguments: &PolicyArguments, date: Option<Date>, color: Color) -> Result<Option<Rules>> {
    let today = date.unwrap_or_else(|| Timestamp::now().to_zoned(TimeZone::UTC).date());
    let guard_yaml = match &arguments.config {
        Some(file) => GuardYaml::open(file),
        None => GuardYaml::find(&env::current_dir().context("cannot tell the current folder")?),
    };
    let library =
        Library { folders: arguments.bundle.clone(), default_library: !arguments.no_default_policies };
    match guard_yaml.and_then(|guard_yaml| guard_loader::load(guard_yaml, &library, today)) {
        Ok(Loaded { bundle, config, guard_yaml }) => {
            Ok(Some(Rules { bundle: Arc::new(bundle), config, guard_yaml, today }))
        }
        Err(problems) => {
            print(&problems, color);
            Ok(None)
        }
    }
}

/// Prints mistakes in guard.yaml and policies to standard error.
pub(super) fn print(problems: &[Problem], color: Color) {
    let color = color.applies_to(&io::stderr());
    problems.iter().for_each(|problem| stderr::say(frame(problem, color)));
}

/// A mistake in guard.yaml or in a policy, over the lines that have it.
fn frame(problem: &Problem, color: bool) -> String {
    let file = Arc::clone(&problem.file);
    let place = match problem.span {
        Some(span) => Some(Location::new(file, span)),
        // A set of policies as a whole has no file.
        None => (!file.is_empty()).then(|| Location::whole_file(file)),
    };
    let mut frame = place.as_ref().map_or_else(Frame::default, Frame::at);
    frame.uncoded(Level::ERROR, &problem.message);
    problem.help.iter().for_each(|help| frame.note(Level::HELP, help));
    Frames::new(color, problem.text.iter().map(|text| (&*problem.file, &**text))).draw(&frame)
}
