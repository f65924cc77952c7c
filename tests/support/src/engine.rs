//! A real worker process, spoken to directly.

use std::io::BufReader;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use hearth_protocol::{
    Answered, EngineFault, Format, FromEngine, GenerateRequest, LoadModel, Loaded, Message,
    Purpose, RequestId, Role, Sampling, ToEngine, frame,
};

use crate::place;

/// A worker. Dropping it ends the process.
pub struct Engine {
    /// The process.
    pub process: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

/// A whole answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Its text.
    pub text: String,
    /// The reasoning before it.
    pub reasoning: String,
    /// How it ended; none where it failed.
    pub end: Option<Answered>,
    /// Why it failed.
    pub fault: Option<EngineFault>,
}

impl Engine {
    /// Starts a worker and hears its greeting.
    ///
    /// # Panics
    /// Where it does not greet.
    #[must_use]
    pub fn start() -> Self {
        let mut process = Command::new(place::binary("hearth-engine"))
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the worker starts");
        let stdin = process.stdin.take();
        let stdout = BufReader::new(process.stdout.take().expect("a pipe"));
        let mut engine = Self {
            process,
            stdin,
            stdout,
        };
        assert!(
            matches!(engine.hear(), Some(FromEngine::Hello { .. })),
            "a worker greets first"
        );
        engine
    }

    /// Starts a worker with Ember loaded.
    ///
    /// # Panics
    /// Where it cannot be loaded.
    #[must_use]
    pub fn with_ember(slots: u32) -> Self {
        let mut engine = Self::start();
        engine
            .load(&place::ember(), 512, slots, 1)
            .expect("Ember loads");
        engine
    }

    /// Starts a worker and has it load a model in a way of its own.
    ///
    /// # Panics
    /// Where it cannot be loaded.
    #[must_use]
    pub fn with(order: LoadModel) -> Self {
        let mut engine = Self::start();
        engine.order(order).expect("the model loads");
        engine
    }

    /// Has the worker load a model to answer; its refusal as it put it. Tests run side by
    /// side, so they take one thread each: more would only wait for each other.
    ///
    /// # Errors
    /// The refusal, or that the worker died.
    pub fn load(
        &mut self,
        path: &Path,
        context: u32,
        slots: u32,
        threads: u32,
    ) -> Result<Loaded, String> {
        self.order(LoadModel {
            context,
            slots,
            threads,
            ..LoadModel::new(path.to_path_buf(), Purpose::Chat)
        })
    }

    /// Has the worker load a model.
    ///
    /// # Errors
    /// The refusal, or that the worker died.
    pub fn order(&mut self, order: LoadModel) -> Result<Loaded, String> {
        self.say(&ToEngine::Load(order));
        loop {
            match self.hear() {
                Some(FromEngine::Ready(loaded)) => return Ok(loaded),
                Some(FromEngine::LoadFailed(fault)) => return Err(fault.message),
                Some(_) => {}
                None => return Err("the worker died".to_owned()),
            }
        }
    }

    /// Has the worker keep what is worth it, and waits for its end.
    ///
    /// # Panics
    /// Where it does not end well.
    pub fn unload(mut self) {
        self.say(&ToEngine::Unload);
        while self.hear().is_some() {}
        let status = self.process.wait().expect("a child");
        assert!(status.success(), "an orderly end: {status}");
    }

    /// Gives an order; a worker that has died already is no failure of the test.
    pub fn say(&mut self, order: &ToEngine) {
        if let Some(stdin) = &mut self.stdin {
            let _ = frame::write(stdin, order);
        }
    }

    /// Closes the worker's stdin.
    pub fn hang_up(&mut self) {
        self.stdin = None;
    }

    /// The next message; none when the worker has ended.
    ///
    /// # Panics
    /// Where the worker says something that is no message.
    pub fn hear(&mut self) -> Option<FromEngine> {
        match frame::read(&mut self.stdout) {
            Ok(message) => message,
            Err(frame::FrameError::Io(_)) => None,
            Err(error) => panic!("the worker speaks nonsense: {error}"),
        }
    }

    /// Asks for an answer to one message.
    pub fn ask(&mut self, id: RequestId, text: &str, sampling: Sampling, max_tokens: u32) {
        self.request(GenerateRequest {
            sampling,
            max_tokens,
            ..request(id, text)
        });
    }

    /// Asks for an answer.
    pub fn request(&mut self, request: GenerateRequest) {
        self.say(&ToEngine::Generate(request));
    }

    /// Asks for an answer and hears it whole.
    #[must_use]
    pub fn answer(&mut self, id: RequestId, text: &str) -> Heard {
        self.answered(request(id, text))
    }

    /// Asks for an answer and hears it whole.
    #[must_use]
    pub fn answered(&mut self, request: GenerateRequest) -> Heard {
        let id = request.id;
        self.request(request);
        self.hear_out(&[id]).remove(0)
    }

    /// Hears several requests to their ends, in the order of `ids`.
    ///
    /// # Panics
    /// Where the worker dies.
    pub fn hear_out(&mut self, ids: &[RequestId]) -> Vec<Heard> {
        let mut heard = vec![Heard::default(); ids.len()];
        let mut open = ids.len();
        while open > 0 {
            let message = self.hear().expect("the worker lives");
            let place = |id: &RequestId| ids.iter().position(|one| one == id);
            match message {
                FromEngine::Text { id, text } => {
                    if let Some(place) = place(&id) {
                        heard[place].text.push_str(&text);
                    }
                }
                FromEngine::Reasoning { id, text } => {
                    if let Some(place) = place(&id) {
                        heard[place].reasoning.push_str(&text);
                    }
                }
                FromEngine::Done(end) => {
                    if let Some(place) = place(&end.id) {
                        heard[place].end = Some(end);
                        open -= 1;
                    }
                }
                FromEngine::Failed { id, fault } => {
                    if let Some(place) = place(&id) {
                        heard[place].fault = Some(fault);
                        open -= 1;
                    }
                }
                _ => {}
            }
        }
        heard
    }
}

/// A request for a short answer to one message, always the likeliest words.
#[must_use]
pub fn request(id: RequestId, text: &str) -> GenerateRequest {
    GenerateRequest {
        id,
        messages: vec![message(Role::User, text)],
        sampling: Sampling::GREEDY,
        max_tokens: 200,
        stop: Vec::new(),
        format: Format::Free,
    }
}

/// A message.
#[must_use]
pub fn message(role: Role, content: &str) -> Message {
    Message {
        role,
        content: content.to_owned(),
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
