use std::fs;

use super::*;

/// A folder with these files, each with its text.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
        fs::write(file, text).expect("a file");
    }
    folder
}

/// What was discovered below a folder, one a line: `read`, `skip` or `fail`, and the path.
fn discovered(folder: &tempfile::TempDir, paths: &[&str]) -> Vec<String> {
    let paths: Vec<_> = paths.iter().map(|path| folder.path().join(path)).collect();
    let found = discover(&paths);
    let root = format!("{}/", normal(folder.path()).display());
    let read = found.files.iter().map(|file| format!("read {}", file.display()));
    let skip = found.skipped.iter().map(|skip| format!("skip {}: {}", skip.path.display(), skip.reason));
    let fail = found.failures.iter().map(|failure| format!("fail {failure}"));
    read.chain(skip).chain(fail).map(|line| line.replace(&root, "")).collect()
}

#[test]
fn a_folder_gives_its_manifests_sorted() {
    let folder = folder(&[
        ("b.yaml", ""),
        ("a/z.yml", ""),
        ("a/k.JSON", ""),
        ("a/readme.md", ""),
        (".hidden/x.yaml", ""),
    ]);
    assert_eq!(discovered(&folder, &[""]), ["read a/k.JSON", "read a/z.yml", "read b.yaml"]);
}

#[test]
fn gitignore_is_respected_except_for_a_file_that_is_named() {
    let folder = folder(&[(".gitignore", "out/\n"), ("out/a.yaml", ""), ("b.yaml", "")]);
    assert_eq!(discovered(&folder, &["."]), ["read b.yaml"]);
    assert_eq!(discovered(&folder, &["out/a.yaml", "."]), ["read b.yaml", "read out/a.yaml"]);
}

#[test]
fn a_listed_file_is_left_out_where_its_folder_would_leave_it_out() {
    let chart = [
        ("Chart.yaml", "name: a\nversion: 1.0.0\napiVersion: v2\n"),
        ("templates/a.yaml", "{{ .a }}"),
        ("b.yaml", ""),
    ];
    let folder = folder(&chart);
    let paths: Vec<_> = chart.iter().map(|(file, _)| folder.path().join(file)).collect();
    let listed = discover_listed(&paths);
    assert_eq!(listed.files, [folder.path().join("b.yaml")]);
    assert_eq!(listed.skipped.len(), 2, "{:?}", listed.skipped);
    assert_eq!(discover(&paths).files.len(), 3);
}

#[test]
fn each_file_is_read_once_however_it_is_reached() {
    let folder = folder(&[("a/b.yaml", ""), ("a/c.txt", "")]);
    assert_eq!(discovered(&folder, &["a", "a/b.yaml", "./a/../a", "a/*.yaml"]), ["read a/b.yaml"]);
    assert_eq!(discovered(&folder, &["a/c.txt"]), ["read a/c.txt"], "a named file needs no extension");
}

#[test]
fn globs_match_within_a_folder_and_across_folders() {
    let folder = folder(&[("a/b.yaml", ""), ("a/c/d.yaml", ""), ("e.yaml", "")]);
    assert_eq!(discovered(&folder, &["*/*.yaml"]), ["read a/b.yaml"]);
    assert_eq!(discovered(&folder, &["**/*.yaml"]), ["read a/b.yaml", "read a/c/d.yaml", "read e.yaml"]);
    assert_eq!(discovered(&folder, &["{a/c,x}/*"]), ["read a/c/d.yaml"]);
}

#[test]
fn what_cannot_be_found_is_a_failure() {
    let folder = folder(&[("a.yaml", "")]);
    assert_eq!(
        discovered(&folder, &["a.yaml", "missing", "x/*.yaml", "[.yaml"]),
        [
            "read a.yaml",
            "fail [.yaml: no glob: unclosed character class; missing ']'",
            "fail missing: no such file or folder",
            "fail x/*.yaml: no file matches",
        ]
    );
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_a_failure_where_its_file_would_be_read() {
    use std::os::unix::fs::symlink;

    let folder = folder(&[("a.yaml", "")]);
    for (target, link) in [("a.yaml", "b.yaml"), ("gone", "c.yaml"), ("gone", "d.md"), (".", "e.yaml")] {
        symlink(target, folder.path().join(link)).expect("a link");
    }
    let nowhere = "fail c.yaml: a link that leads nowhere: no such file or folder";
    assert_eq!(discovered(&folder, &["."]), ["read a.yaml", "read b.yaml", nowhere]);
    assert_eq!(discovered(&folder, &["*.yaml"]), ["read a.yaml", "read b.yaml", nowhere]);
}

#[test]
fn a_charts_templates_are_told_of_once_and_its_crds_are_read() {
    let folder = folder(&[
        ("chart/Chart.yaml", "name: x"),
        ("chart/values.yaml", "a: 1"),
        ("chart/values-prod.yaml", "a: 1"),
        ("chart/ci/test-values.yaml", "a: 1"),
        ("chart/templates/a.yaml", "{{ . }}"),
        ("chart/templates/sub/b.yaml", "{{ . }}"),
        ("chart/crds/c.yaml", ""),
        ("chart/charts/inner/Chart.yaml", "name: y"),
        ("chart/charts/inner/templates/d.yaml", "{{ . }}"),
        ("templates/e.yaml", ""),
    ]);
    assert_eq!(
        discovered(&folder, &["."]),
        [
            "read chart/crds/c.yaml",
            "read templates/e.yaml",
            "skip chart/Chart.yaml: part of a Helm chart",
            "skip chart/charts/inner/Chart.yaml: part of a Helm chart",
            "skip chart/charts/inner/templates: 1 template of a Helm chart: not rendered",
            "skip chart/ci/test-values.yaml: part of a Helm chart",
            "skip chart/templates: 2 templates of a Helm chart: not rendered",
            "skip chart/values-prod.yaml: part of a Helm chart",
            "skip chart/values.yaml: part of a Helm chart",
        ]
    );
    assert_eq!(
        discovered(&folder, &["chart/templates/sub"]),
        ["skip chart/templates: 1 template of a Helm chart: not rendered"]
    );
}

#[test]
fn what_a_kustomization_names_as_part_of_others_is_skipped() {
    let kustomization = "
resources: [deployment.yaml, both.yaml]
patches:
- path: patch.yaml
- path: both.yaml
- patch: |-
    kind: Deployment
patchesStrategicMerge:
- ../shared/strategic.yaml
- |-
  kind: Deployment
patchesJson6902: [{path: json.json}]
replacements: [{path: replacement.yaml}]
configurations: [names.yaml]
transformers: [labels.yaml]
configMapGenerator: [{name: x, files: [config.yaml, key=other.yaml], envs: [a.env]}]
helmCharts: [{name: x, valuesFile: values.yaml, additionalValuesFiles: [more.yaml]}]
";
    let names = [
        "deployment",
        "both",
        "patch",
        "replacement",
        "names",
        "labels",
        "config",
        "other",
        "values",
        "more",
    ];
    let mut files: Vec<(String, &str)> = names.iter().map(|name| (format!("app/{name}.yaml"), "")).collect();
    files.push(("app/kustomization.yaml".to_owned(), kustomization));
    files.push(("app/json.json".to_owned(), ""));
    files.push(("shared/strategic.yaml".to_owned(), ""));
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    let folder = folder(&files);
    assert_eq!(
        discovered(&folder, &["."]),
        [
            "read app/both.yaml",
            "read app/deployment.yaml",
            "read app/kustomization.yaml",
            "skip app/config.yaml: named in `configMapGenerator` of app/kustomization.yaml",
            "skip app/json.json: named in `patchesJson6902` of app/kustomization.yaml",
            "skip app/labels.yaml: named in `transformers` of app/kustomization.yaml",
            "skip app/more.yaml: named in `helmCharts` of app/kustomization.yaml",
            "skip app/names.yaml: named in `configurations` of app/kustomization.yaml",
            "skip app/other.yaml: named in `configMapGenerator` of app/kustomization.yaml",
            "skip app/patch.yaml: named in `patches` of app/kustomization.yaml",
            "skip app/replacement.yaml: named in `replacements` of app/kustomization.yaml",
            "skip app/values.yaml: named in `helmCharts` of app/kustomization.yaml",
            "skip shared/strategic.yaml: named in `patchesStrategicMerge` of app/kustomization.yaml",
        ]
    );
}

#[test]
fn a_kustomization_that_cannot_be_read_is_a_failure() {
    let folder = folder(&[("kustomization.yaml", "a: b: c"), ("x.yaml", "")]);
    assert_eq!(
        discovered(&folder, &["."]),
        [
            "read kustomization.yaml",
            "read x.yaml",
            "fail kustomization.yaml: line 1: a `: ` where no key can end: quote the text, or mind the indentation; so the patches that it names are not known",
        ]
    );
}

#[test]
fn guards_own_configuration_is_skipped() {
    let folder = folder(&[("guard.yaml", "policies: {}"), ("a.yaml", "")]);
    assert_eq!(discovered(&folder, &["."]), ["read a.yaml", "skip guard.yaml: guard's own configuration"]);
}
