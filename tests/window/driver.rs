//! Starts WebKitWebDriver, which starts the app and speaks to its page.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::wd::{Capabilities, TimeoutConfiguration, WindowHandle};
use fantoccini::{Client, ClientBuilder, Locator};
use hearth_core::folder::DataFolder;
use hearth_core::presence::{Claim, claim_window};
use hearth_support::place;
use hearth_support::process::children_of;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Longest wait for something to appear on the page.
const PATIENCE: Duration = Duration::from_secs(30);

/// Longest time of a step that runs in the page.
const STEP: Duration = Duration::from_mins(5);

/// Where a message is written.
pub(crate) const MESSAGE: &str = "textarea[aria-label='Message']";

/// The driver's program. It starts the app with its own environment, which therefore names
/// the data folder.
pub(crate) struct Driver {
    process: Child,
    address: String,
    home: DataFolder,
    _turn: SemaphorePermit<'static>,
}

/// Windows at the same time: more would only wait for each other.
static TURNS: Semaphore = Semaphore::const_new(3);

impl Driver {
    pub(crate) async fn start(home: &Path) -> Self {
        let turn = TURNS.acquire().await.unwrap();
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let process = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("HEARTH_HOME", home)
            // Models of another program, for those tests that put some there.
            .env("HF_HUB_CACHE", home.join("elsewhere"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("WebKitWebDriver is installed by `cargo xtask test`");
        Self {
            process,
            address: format!("http://127.0.0.1:{port}"),
            home: DataFolder::open(Some(home)).unwrap(),
            _turn: turn,
        }
    }

    /// Starts the app and waits for its page.
    pub(crate) async fn open(&self) -> Window {
        let options = json!({ "binary": place::binary("hearth"), "args": [] });
        let capabilities =
            Capabilities::from_iter([("webkitgtk:browserOptions".to_owned(), options)]);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);
        let start = Instant::now();
        // An app that was just closed may still be saving; a second one would only show it.
        while matches!(claim_window(&self.home), Ok(Claim::Theirs)) && start.elapsed() < PATIENCE {
            tokio::task::yield_now().await;
        }
        // The driver needs a moment before it listens, and never says that an app did not start.
        let connect = async || {
            let session = builder.connect(&self.address);
            tokio::time::timeout(PATIENCE, session)
                .await
                .expect("the app starts in time")
        };
        let mut outcome = connect().await;
        while outcome.is_err() && start.elapsed() < PATIENCE {
            tokio::task::yield_now().await;
            outcome = connect().await;
        }
        let client = outcome.expect("the driver starts the app");
        let patience = TimeoutConfiguration::new(Some(STEP), None, None);
        client.update_timeouts(patience).await.unwrap();
        let window = Window(client);
        window.find(MESSAGE).await;
        window
    }
}

impl Driver {
    /// The number of the app's process.
    pub(crate) fn app(&self) -> u32 {
        let children = children_of(self.process.id());
        *children.first().expect("the driver has started the app")
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The app's window.
pub(crate) struct Window(Client);

impl Window {
    pub(crate) async fn find(&self, css: &str) -> Element {
        let wait = self
            .0
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(css))
            .await;
        match wait {
            Ok(element) => element,
            Err(error) => panic!("{css} did not appear: {error}\n{}", self.text().await),
        }
    }

    /// Waits until the page shows this text.
    pub(crate) async fn shows(&self, text: &str) {
        self.is_true(&format!(
            "document.body.innerText.includes({})",
            json!(text)
        ))
        .await;
    }

    /// Waits until a condition on the page holds.
    pub(crate) async fn is_true(&self, condition: &str) {
        let start = Instant::now();
        while self.evaluate(condition).await != Value::Bool(true) {
            assert!(
                start.elapsed() < PATIENCE,
                "{condition} stayed false:\n{}",
                self.text().await
            );
        }
    }

    pub(crate) async fn evaluate(&self, expression: &str) -> Value {
        self.0
            .execute(&format!("return {expression}"), Vec::new())
            .await
            .unwrap()
    }

    /// Runs the body of an asynchronous function in the page, and gives what it gives.
    pub(crate) async fn run(&self, body: &str) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1];
            (async () => {{ {body}\n }})().then(done, error => done(String(error)))"
        );
        self.0.execute_async(&script, Vec::new()).await.unwrap()
    }

    /// Everything that the page shows.
    pub(crate) async fn text(&self) -> String {
        self.evaluate("document.body.innerText")
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    pub(crate) async fn click(&self, css: &str) {
        self.in_time(css, async |element| element.click().await)
            .await;
    }

    /// Presses what is shown only under the pointer.
    pub(crate) async fn press(&self, css: &str) {
        self.find(css).await;
        self.evaluate(&format!("document.querySelector({}).click()", json!(css)))
            .await;
    }

    pub(crate) async fn type_into(&self, css: &str, text: &str) {
        self.in_time(css, async |element| element.send_keys(text).await)
            .await;
    }

    /// Does something with an element as soon as that is possible: it may just be drawn.
    async fn in_time(
        &self,
        css: &str,
        act: impl AsyncFn(&Element) -> Result<(), fantoccini::error::CmdError>,
    ) {
        let start = Instant::now();
        loop {
            match act(&self.find(css).await).await {
                Ok(()) => return,
                Err(error) => assert!(start.elapsed() < PATIENCE, "{css}: {error}"),
            }
        }
    }

    /// Types over what stands in a field.
    pub(crate) async fn type_over(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        self.evaluate(&format!("document.querySelector({}).select()", json!(css)))
            .await;
        field.send_keys(text).await.unwrap();
    }

    /// Presses a key together with Control, wherever the focus is.
    pub(crate) async fn press_with_control(&self, key: &str) {
        let press = format!(
            "window.dispatchEvent(new KeyboardEvent('keydown', {{ key: {}, ctrlKey: true }}))",
            json!(key)
        );
        self.evaluate(&press).await;
    }

    /// Sends a message with the keyboard alone.
    pub(crate) async fn send(&self, text: &str) {
        self.type_into(MESSAGE, &format!("{text}\u{E007}")).await;
    }

    /// Waits until no answer is being written.
    pub(crate) async fn rests(&self) {
        self.is_true("!document.querySelector('[aria-busy=true]') && !!document.querySelector('button[aria-label=Send]')")
            .await;
    }

    /// Runs axe-core over the page as it is now; what it finds fails the test.
    pub(crate) async fn keeps_the_rules(&self, what: &str) {
        const AXE: &str = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/ui/node_modules/axe-core/axe.min.js"
        );
        if self.evaluate("typeof window.axe").await != json!("object") {
            let source = std::fs::read_to_string(AXE).expect("`npm ci` has installed axe-core");
            self.0.execute(&source, Vec::new()).await.unwrap();
        }
        // Motion that has not ended would be judged half-way.
        let found = "const late = new Promise(done => setTimeout(done, 1000));
            await Promise.race([late, Promise.all(document.getAnimations().filter(one => one.effect.getTiming().iterations === 1)
                .map(one => one.finished.catch(() => null)))]);
            const result = await axe.run(document, { resultTypes: ['violations'] });
            return result.violations.map(one =>
                `${one.id}: ${one.nodes.slice(0, 3).map(node => node.html).join(' | ')}`);";
        let found = self.run(found).await;
        assert_eq!(found, json!([]), "{what}");
    }

    /// Saves a picture of the page under `target/screenshots`.
    pub(crate) async fn picture(&self, name: &str) -> io::Result<()> {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/target/screenshots"));
        std::fs::create_dir_all(&folder)?;
        // The web view draws a picture at its next frame, and a page at rest has none.
        self.evaluate(
            "(window.moving = setInterval(() => document.body.style.outline =
                `1px solid rgb(0 0 0 / ${Math.random() / 250})`, 20), true)",
        )
        .await;
        let bytes = self.0.screenshot().await.unwrap();
        self.evaluate("(clearInterval(window.moving), document.body.style.outline = '', true)")
            .await;
        std::fs::write(folder.join(format!("{name}.png")), bytes)
    }

    /// Names the window that is driven.
    pub(crate) async fn own_window(&self) -> WindowHandle {
        self.0.window().await.unwrap()
    }

    /// Waits until there is a window that is not driven, and names it.
    pub(crate) async fn other_window(&self) -> WindowHandle {
        let start = Instant::now();
        let own = self.0.window().await.unwrap();
        loop {
            let all = self.0.windows().await.unwrap();
            if let Some(other) = all.into_iter().find(|one| *one != own) {
                return other;
            }
            assert!(start.elapsed() < PATIENCE, "there is no other window");
        }
    }

    /// Drives another window from now on.
    pub(crate) async fn go_to(&self, window: &WindowHandle) {
        self.0.switch_to_window(window.clone()).await.unwrap();
    }

    /// Closes the app.
    pub(crate) async fn close(self) {
        self.0.close().await.unwrap();
    }
}
