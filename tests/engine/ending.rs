//! How the worker ends.

use std::process::{Command, Stdio};
use std::time::Duration;

use hearth_protocol::Sampling;
use hearth_support::engine::Engine;
use hearth_support::place;
use hearth_support::process::{becomes_true, is_running, kill};

const SOON: Duration = Duration::from_secs(2);

#[test]
fn the_end_of_stdin_ends_the_worker_even_while_it_computes() {
    let mut engine = Engine::with_ember(1);
    engine.ask(
        1,
        "Tell me a long story about an owl named Bibo.",
        Sampling::GREEDY,
        400,
    );
    engine.hang_up();
    assert!(becomes_true(SOON, || matches!(
        engine.process.try_wait(),
        Ok(Some(_))
    )));
}

#[test]
fn f12_the_worker_dies_with_its_parent_even_with_its_pipe_open() {
    // A shell in between is the parent; it hands our pipe on, which stays open.
    let engine = place::binary("hearth-engine");
    let mut shell = Command::new("sh")
        .arg("-c")
        .arg(format!("'{}' & echo $!; wait", engine.display()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let stdout = shell.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).unwrap();
    let worker: u32 = line.trim().parse().unwrap();
    assert!(becomes_true(SOON, || is_running(worker)));
    kill(shell.id());
    shell.wait().unwrap();
    assert!(
        becomes_true(SOON, || !is_running(worker)),
        "the worker outlived its parent"
    );
}

#[test]
fn a_file_that_is_no_model_is_refused_in_words() {
    let mut engine = Engine::start();
    let refusal = engine
        .load(&place::assets().join("config.toml"), 512, 1, 1)
        .unwrap_err();
    assert!(refusal.contains("could not load"), "{refusal}");
}
