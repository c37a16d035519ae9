//! A strict reader of OpenMetrics 1.0 text, as far as it is used here
//! (<https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md>).

use std::collections::{BTreeMap, BTreeSet};

pub(super) type Families = BTreeMap<String, Family>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
}

#[derive(Debug)]
pub(super) struct Family {
    pub(super) kind: Kind,
    pub(super) help: String,
    pub(super) samples: Vec<Sample>,
}

#[derive(Debug)]
pub(super) struct Sample {
    pub(super) name: String,
    pub(super) labels: BTreeSet<(String, String)>,
    pub(super) value: f64,
}

/// Reads a scrape; what is not as it should be is said with its line.
pub(super) fn parse(text: &str) -> Result<Families, String> {
    let body = text.strip_suffix("# EOF\n").ok_or("the end is not `# EOF`")?;
    let mut families = Families::new();
    let mut current: Option<(String, Family)> = None;
    let mut lines = body.lines();
    while let Some(line) = lines.next() {
        let fault = |what: &str| format!("{what}: {line}");
        if let Some(rest) = line.strip_prefix("# HELP ") {
            if let Some((name, family)) = current.take() {
                check(&name, &family)?;
                families.insert(name, family);
            }
            let (name, help) = rest.split_once(' ').ok_or_else(|| fault("no help"))?;
            let kind = lines.next().and_then(|line| line.strip_prefix(&format!("# TYPE {name} ")));
            let kind = match kind {
                Some("counter") => Kind::Counter,
                Some("gauge") => Kind::Gauge,
                Some("histogram") => Kind::Histogram,
                other => return Err(fault(&format!("type {other:?}"))),
            };
            if families.contains_key(name) || !is_name(name) {
                return Err(fault("a family twice, or no name"));
            }
            current = Some((name.to_owned(), Family { kind, help: help.to_owned(), samples: Vec::new() }));
        } else if let Some(rest) = line.strip_prefix("# UNIT ") {
            let (name, unit) = rest.split_once(' ').ok_or_else(|| fault("no unit"))?;
            let is_here =
                current.as_ref().is_some_and(|(known, family)| known == name && family.samples.is_empty());
            if !is_here || !name.ends_with(&format!("_{unit}")) {
                return Err(fault("a unit that is not in the family's name"));
            }
        } else {
            let (_, family) = current.as_mut().ok_or_else(|| fault("a sample of no family"))?;
            family.samples.push(sample(line).ok_or_else(|| fault("no sample"))?);
        }
    }
    if let Some((name, family)) = current {
        check(&name, &family)?;
        families.insert(name, family);
    }
    Ok(families)
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// `name{label="value"} number`.
fn sample(line: &str) -> Option<Sample> {
    let end = line.find(['{', ' '])?;
    let (name, rest) = line.split_at(end);
    let (labels, value) = match rest.strip_prefix('{') {
        Some(rest) => labels(rest)?,
        None => (BTreeSet::new(), rest),
    };
    Some(Sample { name: name.to_owned(), labels, value: value.strip_prefix(' ')?.parse().ok()? })
}

/// `label="value",…}`, and what comes behind.
fn labels(mut rest: &str) -> Option<(BTreeSet<(String, String)>, &str)> {
    let mut labels = BTreeSet::new();
    loop {
        let (name, value) = rest.split_once("=\"")?;
        let mut text = String::new();
        let mut characters = value.char_indices();
        let end = loop {
            match characters.next()? {
                (at, '"') => break at,
                (_, '\\') => text.push(match characters.next()?.1 {
                    'n' => '\n',
                    same @ ('"' | '\\') => same,
                    _ => return None,
                }),
                (_, other) => text.push(other),
            }
        };
        (is_name(name) && labels.insert((name.to_owned(), text))).then_some(())?;
        rest = value.get(end + 1..)?;
        match (rest.strip_prefix(','), rest.strip_prefix('}')) {
            (Some(more), _) => rest = more,
            (_, Some(behind)) => return Some((labels, behind)),
            _ => return None,
        }
    }
}

/// Whether the samples are those of the family's type.
fn check(name: &str, family: &Family) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for sample in &family.samples {
        let suffix = sample.name.strip_prefix(name).ok_or_else(|| format!("{} in {name}", sample.name))?;
        let fits = match family.kind {
            Kind::Counter => suffix == "_total" && sample.value >= 0.0,
            Kind::Gauge => suffix.is_empty(),
            Kind::Histogram => ["_bucket", "_sum", "_count"].contains(&suffix),
        };
        if !fits || !seen.insert((&sample.name, &sample.labels)) {
            return Err(format!("a sample that does not fit, or twice: {sample:?}"));
        }
    }
    if family.kind == Kind::Histogram { check_histogram(family) } else { Ok(()) }
}

/// Buckets rise and end with all that was counted.
fn check_histogram(family: &Family) -> Result<(), String> {
    let bound = |sample: &Sample| {
        let (_, bound) = sample.labels.iter().find(|(name, _)| name == "le")?;
        bound.parse::<f64>().ok()
    };
    let without_bound = |sample: &Sample| {
        sample.labels.iter().filter(|(name, _)| name != "le").cloned().collect::<BTreeSet<_>>()
    };
    for count in family.samples.iter().filter(|sample| sample.name.ends_with("_count")) {
        let buckets: Vec<(f64, f64)> = family
            .samples
            .iter()
            .filter(|sample| sample.name.ends_with("_bucket") && without_bound(sample) == count.labels)
            .map(|sample| Some((bound(sample)?, sample.value)))
            .collect::<Option<_>>()
            .ok_or("a bucket without a bound")?;
        let rises = buckets.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 <= two[1].1);
        if !rises || buckets.last() != Some(&(f64::INFINITY, count.value)) {
            return Err(format!("buckets of {:?}: {buckets:?}", count.labels));
        }
    }
    Ok(())
}

#[test]
fn what_the_standard_forbids_is_refused() {
    for wrong in [
        "",
        "# HELP a A.\n# TYPE a counter\na_total 1\n",
        "# HELP a A.\n# TYPE a counter\na 1\n# EOF\n",
        "# HELP a A.\na_total 1\n# EOF\n",
        "a 1\n# EOF\n",
        "# HELP a A.\n# TYPE a gauge\na{b=\"c} 1\n# EOF\n",
        "# HELP a A.\n# TYPE a gauge\na{b=\"\\x\"} 1\n# EOF\n",
        "# HELP a A.\n# TYPE a gauge\na 1\na 2\n# EOF\n",
        "# HELP a A.\n# TYPE a gauge\na one\n# EOF\n",
        "# HELP a A.\n# TYPE a gauge\na 1\n# HELP a A.\n# TYPE a gauge\na 1\n# EOF\n",
        "# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1.0\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n# EOF\n",
    ] {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
}
