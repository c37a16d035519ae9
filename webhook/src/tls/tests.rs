use std::{cell::RefCell, fs, path::Path, rc::Rc};

use jiff::SignedDuration;
use rcgen::{CertificateParams, KeyPair, date_time_ymd};

use super::*;
use crate::health::Readiness;

/// PEM of a certificate and its key.
fn issue(name: &str) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let mut parameters = CertificateParams::new([name.to_owned(), "127.0.0.1".to_owned()]).unwrap();
    parameters.not_before = date_time_ymd(2020, 1, 1);
    parameters.not_after = date_time_ymd(2040, 1, 1);
    (parameters.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

fn write(folder: &Path, (certificate, key): &(String, String)) {
    fs::write(folder.join("tls.crt"), certificate).unwrap();
    fs::write(folder.join("tls.key"), key).unwrap();
}

fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

#[test]
fn a_certificate_says_whom_it_is_for_and_until_when() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &issue("guard.guard-system.svc"));
    let certificate = read(folder.path(), now()).unwrap();
    assert_eq!(certificate.names(), ["guard.guard-system.svc", "127.0.0.1"]);
    assert_eq!(certificate.not_after().to_string(), "2040-01-01T00:00:00Z");
}

#[test]
fn what_cannot_be_served_says_which_file_and_why() {
    let (one, two) = (issue("one"), issue("two"));
    let (certificate, key) = (one.0.as_str(), one.1.as_str());
    for (tls_crt, tls_key, expected) in [
        (None, Some(key), "tls.crt: No such file or directory (os error 2)"),
        (Some(certificate), None, "tls.key: No such file or directory (os error 2)"),
        (Some("no PEM"), Some(key), "tls.crt: expected a certificate as PEM: no items found"),
        (Some(certificate), Some("no PEM"), "tls.key: expected a private key as PEM: no items found"),
        (Some(certificate), Some(two.1.as_str()), ": tls.key is not the key of the certificate in tls.crt"),
        (
            Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
            Some(key),
            "tls.crt: the certificate cannot be read: ",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in [("tls.crt", tls_crt), ("tls.key", tls_key)] {
            text.into_iter().for_each(|text| fs::write(folder.path().join(file), text).unwrap());
        }
        let error = read(folder.path(), now()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_certificate_outside_its_time_is_not_served() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &issue("guard"));
    for moment in ["2019-12-31T23:59:59Z", "2040-01-01T00:00:01Z"] {
        let error = read(folder.path(), moment.parse().unwrap()).unwrap_err().to_string();
        let expected = format!(
            "the certificate is valid from 2020-01-01T00:00:00Z to 2040-01-01T00:00:00Z, and it is {moment}"
        );
        assert!(error.ends_with(&expected), "{error}");
    }
}

/// A folder that is followed, and what its follower told.
struct Followed {
    folder: tempfile::TempDir,
    current: Arc<Current>,
    told: Rc<RefCell<Vec<Outcome>>>,
    follower: Follower<Box<dyn Fn(Outcome)>>,
}

fn followed() -> Followed {
    let folder = tempfile::tempdir().unwrap();
    let (current, told) = (Arc::new(Current::default()), Rc::new(RefCell::new(Vec::new())));
    let tell = { Rc::clone(&told) };
    let tell: Box<dyn Fn(Outcome)> = Box::new(move |outcome| tell.borrow_mut().push(outcome));
    let follower = Follower::new(folder.path().to_owned(), Arc::clone(&current), tell);
    Followed { folder, current, told, follower }
}

#[test]
fn a_bad_certificate_never_replaces_a_good_one() {
    let Followed { folder, current, told, mut follower } = followed();
    let (one, two) = (issue("one"), issue("two"));
    write(folder.path(), &one);
    follower.look(now());
    let served = current.0.load_full().unwrap();

    fs::write(folder.path().join("tls.crt"), &two.0).unwrap();
    follower.look(now());
    follower.look(now());
    assert!(Arc::ptr_eq(&served, &current.0.load_full().unwrap()), "half a rotation was served");

    fs::write(folder.path().join("tls.key"), &two.1).unwrap();
    follower.look(now());
    assert_ne!(served.cert, current.0.load_full().unwrap().cert);
    let not_after = "2040-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(
        *told.borrow(),
        [Outcome::Swapped(not_after), Outcome::Kept, Outcome::Swapped(not_after)],
        "a failure counts once"
    );
}

#[test]
fn a_certificate_that_ran_out_is_still_served_where_there_is_no_other() {
    let Followed { folder, current, mut follower, .. } = followed();
    write(folder.path(), &issue("one"));
    follower.look(now());
    follower.look(now() + SignedDuration::from_hours(24 * 365 * 20));
    assert!(current.0.load_full().is_some());
}

#[tokio::test]
async fn without_a_certificate_nobody_is_ready_and_with_one_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let (current, readiness) = (Arc::new(Current::default()), Readiness::default());
    let follower = Follower::new(folder.path().to_owned(), Arc::clone(&current), |_| {});
    let running = tokio::spawn(follower.run(readiness.expect("certificate")));
    let part = readiness.reason("certificate").await;
    assert!(part.contains("tls.crt: No such file or directory"), "{part}");
    write(folder.path(), &issue("one"));
    readiness.reached().await;
    assert!(current.0.load_full().is_some());
    running.abort();
}
