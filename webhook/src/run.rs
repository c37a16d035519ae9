//! The program, from its arguments to its end.
//!
//! ```text
//! addresses taken -> health port serves -> certificate, policies, view of the cluster come in -> ready -> reviews are served
//!                 -> signal: unready -> grace -> drain -> last decision records -> 0
//! ```

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, OnceLock},
    thread,
    time::Duration,
};

use anyhow::Context;
use tokio::{runtime, task::JoinHandle};
use tokio_rustls::TlsAcceptor;

use crate::{
    app::{self, Answer},
    args::Arguments,
    cluster::{self, View},
    decision::Sink,
    descriptors,
    health::{self, Pending, Readiness},
    ledger::Ledger,
    listener::{Bound, Limits, Observer, Server},
    metrics::{self, Closed, Metrics, Part},
    reload::{self, Rehearsal, Reloader},
    shutdown::{self, Signals, Stages},
    sources::Sources,
    state::{self, Guardrails},
    tls::{self, Current, Follower},
    validate::Validation,
    watch::{self, Watch},
    workers::Workers,
};

/// Where the certificate is unless an argument says otherwise.
const TLS_FOLDER: &str = "/tls";

/// How many connections the health port takes: a kubelet, and some who scrape.
const HEALTH_CONNECTIONS: usize = 64;

/// How long the last decision records may take.
const FLUSH: Duration = Duration::from_secs(2);

/// Serves until a signal ends it.
///
/// # Errors
/// It cannot start: an address that is taken, or nothing that says where the cluster is.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let runtime =
        runtime::Builder::new_multi_thread().enable_all().build().context("cannot start threads")?;
    let served = runtime.block_on(serve(arguments));
    // A worker that does not come back must not keep the process.
    runtime.shutdown_background();
    served
}

async fn serve(arguments: &Arguments) -> anyhow::Result<()> {
    let mut signals = Signals::install().context("cannot handle signals")?;
    let (bound, health) = (bind(arguments.listen)?, bind(arguments.health_listen)?);
    let program = Program::new(arguments).await?;
    // All that is waited for is known before anybody can ask.
    let [certificate, policies, view] =
        ["certificate", "policies", "cluster"].map(|part| program.readiness.expect(part));
    program.serve_health(health)?;
    let certificate = program.follow_certificate(certificate);
    let (guardrails, watch) = tokio::select! {
        loaded = program.load(policies) => loaded,
        signal = signals.next() => return ended_before_start(signal),
    };
    let (validation, workers) = program.start_workers(guardrails)?;
    program.follow_policies(&validation, watch, view)?;
    tokio::select! {
        () = program.readiness.reached() => {}
        signal = signals.next() => return ended_before_start(signal),
    }
    let (stage, stages) = Stages::new();
    let serving = program.serve_reviews(bound, &validation, workers, certificate, stages)?;
    let signal = async || signals.next().await;
    shutdown::conduct(signal, arguments.shutdown_grace, &program.readiness, &stage).await;
    serving.await.context("the listener panicked")?;
    if !validation.ledger.flush(FLUSH) {
        tracing::warn!("the last decision records could not be written");
    }
    tracing::info!("stopped");
    Ok(())
}

fn bind(address: SocketAddr) -> anyhow::Result<Bound> {
    Bound::new(address).with_context(|| format!("cannot listen on {address}"))
}

#[expect(clippy::unnecessary_wraps, reason = "what the program returns from there")]
fn ended_before_start(signal: &str) -> anyhow::Result<()> {
    tracing::info!(signal, "stopped before it was ready");
    Ok(())
}

/// What the parts of the program share.
struct Program<'a> {
    arguments: &'a Arguments,
    sources: Sources,
    metrics: Arc<Metrics>,
    readiness: Readiness,
    view: View,
    ledger: Arc<Ledger>,
    /// Known once there are any.
    workers: Arc<OnceLock<Arc<Workers<Answer>>>>,
}

impl<'a> Program<'a> {
    async fn new(arguments: &'a Arguments) -> anyhow::Result<Self> {
        let metrics = Arc::new(Metrics::default());
        let decisions = &arguments.decisions;
        let sink = Sink::open(&decisions.decisions, decisions.record, Arc::clone(&metrics))
            .context("cannot write decision records")?;
        let options = cluster::Options {
            kubeconfig: arguments.cluster.kubeconfig.clone(),
            webhook_configuration: arguments.cluster.webhook_configuration.clone(),
        };
        let view = if arguments.cluster.no_cluster { View::none() } else { View::connect(&options).await? };
        Ok(Self {
            arguments,
            sources: Sources::from(&arguments.policies),
            ledger: Arc::new(Ledger::new(Arc::clone(&metrics), sink)),
            metrics,
            readiness: Readiness::default(),
            view,
            workers: Arc::default(),
        })
    }

    /// Serves the plain port from now to the end of the process.
    fn serve_health(&self, bound: Bound) -> anyhow::Result<()> {
        let (metrics, view) = (Arc::clone(&self.metrics), self.view.clone());
        let (scraped, watched) = (Arc::clone(&self.workers), Arc::clone(&self.workers));
        let capacity = self.arguments.queue.get();
        let scrape = move || {
            metrics.queue(scraped.get().map_or(0, |workers| workers.waiting()), capacity);
            metrics.view(&view.kinds(), view.not_served(), view.unsent().map(|unsent| unsent.len()));
            metrics.encode().unwrap_or_default()
        };
        let stuck_for = move || watched.get().map_or(Duration::ZERO, |workers| workers.stuck_for());
        let (_never, stages) = Stages::new();
        let server = Server {
            tls: None,
            router: health::router(self.readiness.clone(), metrics::CONTENT_TYPE, scrape, stuck_for),
            limits: Limits { connections: HEALTH_CONNECTIONS, ..Limits::default() },
            stages,
            observer: Arc::new(Uncounted),
        };
        listen(bound, server, "health")?;
        Ok(())
    }

    /// Follows the certificate's folder from now to the end of the process.
    fn follow_certificate(&self, pending: Pending) -> Arc<Current> {
        let current = Arc::new(Current::default());
        let metrics = Arc::clone(&self.metrics);
        let tell = move |outcome| match outcome {
            tls::Outcome::Swapped(not_after) => {
                metrics.certificate_expires(metrics::unix_seconds(not_after.into()));
                metrics.reloaded(Part::Certificate, true);
            }
            tls::Outcome::Kept => metrics.reloaded(Part::Certificate, false),
        };
        let folder = self.arguments.tls.clone().unwrap_or_else(|| PathBuf::from(TLS_FOLDER));
        let follower = Follower::new(folder, Arc::clone(&current), tell);
        tokio::spawn(follower.run(pending));
        current
    }

    /// Loads the policies, as soon as they can be loaded.
    async fn load(&self, pending: Pending) -> (Guardrails, Watch) {
        let mut watch = Watch::new(self.sources.paths(), watch::EVERY);
        let guardrails = reload::first(&self.sources, &pending, &mut watch).await;
        pending.ready();
        (guardrails, watch)
    }

    fn start_workers(&self, guardrails: Guardrails) -> anyhow::Result<(Validation, Arc<Workers<Answer>>)> {
        let validation = Validation {
            state: state::state(guardrails),
            view: self.view.clone(),
            ledger: Arc::clone(&self.ledger),
            metrics: Arc::clone(&self.metrics),
        };
        let threads = self.arguments.workers.map_or_else(cores, usize::from);
        let workers = {
            let validation = validation.clone();
            Workers::start(threads, self.arguments.queue.get(), move || validation.validator())
        };
        let workers = Arc::new(workers.context("cannot start the workers")?);
        Ok((validation, Arc::clone(self.workers.get_or_init(|| workers))))
    }

    /// Follows policies and guard.yaml, and waits for what they read of the cluster, from now to the end of the process.
    fn follow_policies(&self, validation: &Validation, watch: Watch, pending: Pending) -> anyhow::Result<()> {
        let guardrails = validation.state.load_full();
        self.view.declare(&guardrails.bundle, &guardrails.config);
        let view = self.view.clone();
        tokio::spawn(async move {
            view.synced(|why| pending.because(why)).await;
            pending.ready();
        });
        let rehearsal = Rehearsal::by_this_program().context("cannot find this program's own file")?;
        let (state, view) = (Arc::clone(&validation.state), Arc::new(self.view.clone()));
        let reloader = Reloader::new(self.sources.clone(), state, view, Arc::clone(&self.metrics), rehearsal);
        tokio::spawn(reloader.run(watch));
        Ok(())
    }

    fn serve_reviews(
        &self,
        bound: Bound,
        validation: &Validation,
        workers: Arc<Workers<Answer>>,
        certificate: Arc<Current>,
        stages: Stages,
    ) -> anyhow::Result<JoinHandle<()>> {
        let unjudged = {
            let validation = validation.clone();
            Box::new(move |body: &_, why| validation.unjudged(body, why))
        };
        let connections = descriptors::connections(self.arguments.connections.get());
        let tls = tls::server_config(certificate).context("cannot use TLS")?;
        let server = Server {
            tls: Some(TlsAcceptor::from(Arc::new(tls))),
            router: app::router(workers, unjudged),
            limits: Limits { connections, ..Limits::default() },
            stages,
            observer: Arc::clone(&self.metrics) as Arc<dyn Observer>,
        };
        listen(bound, server, "validate")
    }
}

fn listen(bound: Bound, server: Server, name: &str) -> anyhow::Result<JoinHandle<()>> {
    let address = bound.address();
    let listener = bound.listen().with_context(|| format!("cannot listen on {address}"))?;
    tracing::info!(server = name, %address, "listening");
    Ok(tokio::spawn(server.run(listener)))
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// The health port's connections are nobody's business.
struct Uncounted;

impl Observer for Uncounted {
    fn opened(&self) {}
    fn closed(&self, _early: Option<Closed>) {}
    fn refused(&self) {}
}
