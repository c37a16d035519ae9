//! Compares the verdicts of `guard check` and of the webhook on any manifests, on a real API server of its own.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use guard_e2e::{programs::root, verdict::Bench};

/// Say whether `guard check` and the webhook judge manifests alike
///
/// Starts etcd, kube-apiserver and guard-webhook, creates every object there, and compares what the webhook says of it with what `guard check`
/// says of the file. Ends at the first difference with exit code 1, and with 2 where something does not run.
#[derive(Debug, Parser)]
#[command(name = "one-verdict")]
struct Arguments {
    /// Files and folders of manifests
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    /// A folder of policies to use beside the default ones; may be given several times
    #[arg(long, value_name = "DIR")]
    bundle: Vec<PathBuf>,

    /// A folder with the CustomResourceDefinitions of the manifests [default: those of the kinds that the default policies judge]
    #[arg(long, value_name = "DIR")]
    crds: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments).await {
        Ok(exit) => exit,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

async fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let bench = Bench::start(&arguments.bundle).await?;
    match &arguments.crds {
        Some(folder) => bench.install(folder).await?,
        None => bench.install(&root().join("e2e/crds")).await?,
    }
    let compared = bench.compare(&arguments.paths).await?;
    println!("{compared}");
    Ok(ExitCode::from(u8::from(!compared.differences.is_empty())))
}
