//! Helm charts: which of a chart's files are no manifests.

use std::path::{Path, PathBuf};

/// What a file is to its chart.
pub(super) enum Part {
    /// A template in this folder.
    Template { folder: PathBuf },
    /// The chart's description, or values for its templates.
    Description,
}

/// Is this folder a chart?
pub(super) fn is_chart(folder: &Path) -> bool {
    folder.join("Chart.yaml").is_file()
}

/// What a file is to the chart whose folder it is in; nothing in particular, such as one in `crds`, may be a manifest.
pub(super) fn part(chart: &Path, file: &Path) -> Option<Part> {
    let inner = file.strip_prefix(chart).ok()?;
    if inner.starts_with("templates") {
        return Some(Part::Template { folder: chart.join("templates") });
    }
    let name = inner.file_name()?.to_str()?;
    let folder = inner.parent()?;
    let is_description = folder == Path::new("") && (name == "Chart.yaml" || name == "requirements.yaml");
    let is_values = folder == Path::new("") && name.starts_with("values");
    // Values with which chart-testing tries a chart.
    let is_test_values = folder == Path::new("ci") && name.ends_with("values.yaml");
    (is_description || is_values || is_test_values).then_some(Part::Description)
}
