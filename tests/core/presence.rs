//! Several starts on one data folder.

use std::sync::{Barrier, mpsc};
use std::time::Duration;

use hearth_core::folder::DataFolder;
use hearth_core::presence::{Claim, Session, Wish, claim_window, is_alive};

#[test]
fn f45_of_fifty_starts_at_once_one_has_the_window_and_is_asked_to_show_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = DataFolder::open(Some(folder.path())).unwrap();
    let Claim::Ours(first) = claim_window(&folder).unwrap() else {
        panic!("nobody else is here")
    };
    let (shown, requests) = mpsc::channel();
    let _watch = first
        .on_request(move |wish| {
            assert_eq!(wish, Wish::Show);
            // The test may have heard enough.
            let _ = shown.send(());
        })
        .unwrap();
    let gate = Barrier::new(50);
    let others = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..50)
            .map(|_| {
                scope.spawn(|| {
                    gate.wait();
                    matches!(claim_window(&folder).unwrap(), Claim::Theirs)
                })
            })
            .collect();
        starts
            .into_iter()
            .map(|start| start.join().unwrap())
            .collect::<Vec<_>>()
    });
    assert!(
        others.into_iter().all(|theirs| theirs),
        "the window stays with the first"
    );
    assert_eq!(
        requests.recv_timeout(Duration::from_secs(5)),
        Ok(()),
        "the first was asked"
    );
    drop(first);
    assert!(
        matches!(claim_window(&folder).unwrap(), Claim::Ours(_)),
        "a window that closed is free"
    );
}

#[test]
fn a_session_is_alive_as_long_as_its_process_holds_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = DataFolder::open(Some(folder.path())).unwrap();
    let session = Session::begin(&folder).unwrap();
    let name = session.name().to_owned();
    assert!(is_alive(&folder, &name));
    drop(session);
    assert!(!is_alive(&folder, &name));
    assert!(!is_alive(&folder, "1-1"), "one that never was is not alive");
}
