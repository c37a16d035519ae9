//! What is recorded, and what becomes of it where nobody takes it.

use std::{fs, sync::mpsc, time::Instant};

use serde_json::json;

use super::*;
use crate::{
    fixtures::{container_policy, guardrails, judge, new_pod},
    ledger::Ledger,
};

/// Long enough for any machine, and never waited for where all is well.
const PATIENCE: Duration = Duration::from_secs(600);

fn answers() -> [(guard_engine::review::Review, Answered); 3] {
    let policies = [
        ("loud", container_policy("loud", "high", "loud")),
        ("quiet", container_policy("quiet", "low", "quiet")),
    ];
    let guardrails = guardrails(&policies, "");
    [json!({}), json!({"quiet": true}), json!({"loud": true})].map(|container| {
        let review = new_pod(container);
        let answered = judge(&guardrails, &review);
        (review, answered)
    })
}

#[test]
fn what_is_recorded_is_what_was_asked_for() {
    for (which, wanted) in [
        (Which::Denied, [false, false, true]),
        (Which::Findings, [false, true, true]),
        (Which::All, [true; 3]),
    ] {
        let sink = Sink::to(Box::new(io::sink()), which, Arc::default()).unwrap();
        assert_eq!(answers().map(|(_, answered)| sink.wants(&answered)), wanted, "{which:?}");
        let nowhere = Sink::open(&Target::None, which, Arc::default()).unwrap();
        assert_eq!(answers().map(|(_, answered)| nowhere.wants(&answered)), [false; 3]);
    }
}

#[test]
fn a_file_gets_one_line_a_review_behind_what_it_had() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("decisions.jsonl");
    fs::write(&file, "before\n").unwrap();
    let sink = Sink::open(&Target::File(file.clone()), Which::All, Arc::default()).unwrap();
    let ledger = Ledger::new(Arc::default(), sink);
    for (review, answered) in answers() {
        ledger.enter(&review, &answered, Instant::now());
    }
    assert!(ledger.flush(PATIENCE));
    let text = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines.len(), lines[0]), (4, "before"));
    assert!(lines[3].contains(r#""decision":"denied""#));
}

#[test]
fn a_file_that_cannot_be_written_is_an_error_at_the_start() {
    let target: Target = "/no/such/folder/decisions.jsonl".parse().unwrap();
    assert!(Sink::open(&target, Which::All, Arc::default()).is_err());
}

/// Takes nothing until it is told to.
struct Stuck(mpsc::Receiver<()>);

impl Write for Stuck {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // The other end is dropped: from then on it takes everything.
        let _ = self.0.recv();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_takes_nothing_holds_up_no_request_and_its_losses_are_counted() {
    let (release, stuck) = mpsc::channel();
    let metrics = Arc::new(Metrics::default());
    let sink = Sink::to(Box::new(Stuck(stuck)), Which::All, Arc::clone(&metrics)).unwrap();
    for _ in 0..CAPACITY + 100 {
        sink.take(vec![b'x'; 16 << 10]);
    }
    let lost = metrics.encode().unwrap();
    assert!(!lost.contains("guard_decisions_dropped_total 0"), "{lost}");
    assert!(!sink.flush(Duration::ZERO));
    drop(release);
}

/// A pipe whose reader went away.
struct Broken;

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_cannot_be_written_is_counted_and_the_writer_goes_on() {
    let metrics = Arc::new(Metrics::default());
    let sink = Sink::to(Box::new(Broken), Which::All, Arc::clone(&metrics)).unwrap();
    for _ in 0..3 {
        sink.take(b"{}\n".to_vec());
        assert!(sink.flush(PATIENCE));
    }
    assert!(!metrics.encode().unwrap().contains("guard_decisions_dropped_total 0"));
}

#[test]
fn what_waits_is_bounded_in_bytes_too() {
    let (release, stuck) = mpsc::channel();
    let metrics = Arc::new(Metrics::default());
    let sink = Sink::to(Box::new(Stuck(stuck)), Which::All, Arc::clone(&metrics)).unwrap();
    for _ in 0..3 {
        sink.take(vec![b'x'; CAPACITY_IN_BYTES / 2]);
    }
    assert!(metrics.encode().unwrap().contains("guard_decisions_dropped_total 1"));
    drop(release);
    assert!(sink.flush(PATIENCE));
    sink.take(vec![b'x'; CAPACITY_IN_BYTES]);
    assert!(metrics.encode().unwrap().contains("guard_decisions_dropped_total 1"));
}

#[test]
fn a_full_disk_is_logged_once_and_not_with_each_record() {
    let (sender, jobs) = sync_channel(CAPACITY);
    for _ in 0..3 {
        sender.send(Job::Write(b"{}\n".to_vec())).unwrap();
        sender.send(Job::Flush(sync_channel(1).0)).unwrap();
    }
    drop(sender);
    let log = tempfile::NamedTempFile::new().unwrap();
    let writer = Arc::new(log.reopen().unwrap());
    let subscriber = tracing_subscriber::fmt().with_writer(writer).finish();
    tracing::subscriber::with_default(subscriber, || {
        write(&jobs, &AtomicUsize::new(9), Box::new(Broken), &Metrics::default());
    });
    let text = fs::read_to_string(log.path()).unwrap();
    assert_eq!(text.matches("decision records cannot be written").count(), 1, "{text}");
}
