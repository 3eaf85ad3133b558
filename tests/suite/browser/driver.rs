//! A browser and the program that drives it, both gone when the test is.

use fantoccini::{Client, ClientBuilder, Locator, elements::Element, wd::WebDriverCompatibleCommand};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value as Json, json};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;

/// What the browser's window is like.
#[derive(Clone, Copy)]
pub(super) struct Window {
    /// In CSS pixels.
    pub(super) width: u32,
    pub(super) height: u32,
    /// A phone has two dots per pixel, and lays pages out for its own width.
    pub(super) is_phone: bool,
    pub(super) is_dark: bool,
    /// Whether pages may run scripts.
    pub(super) has_script: bool,
    pub(super) language: &'static str,
}

impl Window {
    pub(super) const PHONE: Self =
        Self { width: 390, height: 844, is_phone: true, is_dark: false, has_script: true, language: "th" };
    pub(super) const DESKTOP: Self =
        Self { width: 1280, height: 900, is_phone: false, is_dark: false, has_script: true, language: "en" };

    pub(super) const fn without_script(self) -> Self {
        Self { has_script: false, ..self }
    }

    pub(super) const fn dark(self) -> Self {
        Self { is_dark: true, ..self }
    }

    pub(super) const fn speaking(self, language: &'static str) -> Self {
        Self { language, ..self }
    }

    /// Nothing but this machine is there for the browser: a page that needs anything else fails.
    fn capabilities(self) -> Map<String, Json> {
        let mut arguments = vec![
            "--headless=new".to_owned(),
            // The tests may run as root, whom the browser's sandbox does not serve.
            "--no-sandbox".into(),
            "--disable-dev-shm-usage".into(),
            "--disable-gpu".into(),
            "--disable-background-networking".into(),
            "--hide-scrollbars".into(),
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1".into(),
            format!("--window-size={},{}", self.width, self.height),
        ];
        if self.is_dark {
            arguments.push("--force-dark-mode".into());
        }
        let mut options = json!({
            "args": arguments,
            "prefs": {
                "profile.managed_default_content_settings.javascript": if self.has_script { 1 } else { 2 },
                "intl.accept_languages": self.language,
            },
        });
        if self.is_phone {
            // Without touch: a click that is a touch never returns from a browser without a screen.
            let metrics =
                json!({ "width": self.width, "height": self.height, "pixelRatio": 2.0, "touch": false });
            options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
        }
        let logs = json!({ "performance": "ALL" });
        // In milliseconds: a page that does not come fails its test instead of holding it up.
        let timeouts = json!({ "script": 10_000, "pageLoad": 20_000 });
        let capabilities = json!({ "browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": logs, "timeouts": timeouts });
        capabilities.as_object().unwrap().clone()
    }
}

/// A browser with one window.
pub(super) struct Browser {
    client: Client,
    _driver: Driver,
}

impl Browser {
    /// Opens a browser; `None`, said aloud, where the machine has none.
    pub(super) async fn open(window: Window) -> Option<Self> {
        let Some(driver) = Driver::start() else {
            eprintln!("SKIPPED: chromedriver is not on this machine, so no page was looked at");
            return None;
        };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let client = builder.capabilities(window.capabilities()).connect(&driver.url).await;
        Some(Self { client: client.expect("the browser starts"), _driver: driver })
    }

    pub(super) async fn go(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    pub(super) async fn path(&self) -> String {
        let url = self.client.current_url().await.unwrap();
        url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    pub(super) async fn find(&self, css: &str) -> Element {
        let found = self.client.find(Locator::Css(css)).await;
        found.unwrap_or_else(|error| panic!("{css}: {error}"))
    }

    /// Waits for what a script puts into the page.
    pub(super) async fn wait_for(&self, css: &str, at_most: Duration) {
        let found = self.client.wait().at_most(at_most).for_element(Locator::Css(css)).await;
        found.unwrap_or_else(|error| panic!("{css} does not come: {error}"));
    }

    pub(super) async fn count(&self, css: &str) -> usize {
        self.client.find_all(Locator::Css(css)).await.unwrap().len()
    }

    /// The text that a visitor sees there.
    pub(super) async fn text(&self, css: &str) -> String {
        self.find(css).await.text().await.unwrap()
    }

    /// Follows the link with this text, and waits for the page that it leads to.
    pub(super) async fn follow(&self, link: &str) {
        let found = self.client.find(Locator::LinkText(link)).await;
        let found = found.unwrap_or_else(|error| panic!("the link {link:?}: {error}"));
        self.leave(&found, link).await;
    }

    /// Clicks on what this finds, such as a button.
    pub(super) async fn click(&self, css: &str) {
        self.find(css).await.click().await.unwrap();
    }

    /// Clicks on what this finds, and waits for the page that comes of it.
    pub(super) async fn turn_over(&self, css: &str) {
        let found = self.find(css).await;
        self.leave(&found, css).await;
    }

    /// A click does not wait for what a form posts, nor always for where a link leads.
    async fn leave(&self, by: &Element, named: &str) {
        self.ask("window.isOld = true").await;
        by.click().await.unwrap();
        let is_new = "return !window.isOld && document.readyState === 'complete'";
        let came = async {
            // While pages change there is none to ask.
            while self.client.execute(is_new, Vec::new()).await.ok() != Some(Json::Bool(true)) {
                tokio::task::yield_now().await;
            }
        };
        let in_time = tokio::time::timeout(Duration::from_secs(20), came).await;
        in_time.unwrap_or_else(|_| panic!("no page came of a click on {named}"));
    }

    /// Fills an input.
    pub(super) async fn fill(&self, name: &str, value: &str) {
        let input = self.find(&format!("[name={name}]")).await;
        input.clear().await.unwrap();
        input.send_keys(value).await.unwrap();
    }

    /// Chooses an option of a list.
    pub(super) async fn choose(&self, name: &str, value: &str) {
        self.click(&format!("[name={name}] option[value='{value}']")).await;
    }

    /// What a script of the driver's returns; it runs even where pages may run none.
    pub(super) async fn ask(&self, script: &str) -> Json {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Fails when something is wider than the window, so that a visitor would have to scroll sideways.
    pub(super) async fn assert_fits(&self, what: &str) {
        let widths = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]";
        let widths = self.ask(widths).await;
        assert!(widths[0].as_i64() <= widths[1].as_i64(), "{what} is wider than its window: {widths}");
    }

    /// The addresses of all requests since the browser was opened or last asked.
    pub(super) async fn requests(&self) -> Vec<String> {
        let log = Special { path: "se/log", body: json!({ "type": "performance" }) };
        let log = self.client.issue_cmd(log).await.unwrap();
        let entries = log.as_array().unwrap().iter().map(|entry| entry["message"].as_str().unwrap());
        let messages = entries.map(|message| serde_json::from_str::<Json>(message).unwrap());
        messages
            .map(|message| message["message"].clone())
            .filter(|message| message["method"] == "Network.requestWillBeSent")
            .map(|message| message["params"]["request"]["url"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Leaves a picture of the whole page, if `SATANG_SCREENSHOTS` names a folder.
    pub(super) async fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("SATANG_SCREENSHOTS") else { return };
        let capture = json!({ "cmd": "Page.captureScreenshot", "params": { "captureBeyondViewport": true } });
        let capture = Special { path: "goog/cdp/execute", body: capture };
        let picture = self.client.issue_cmd(capture).await.unwrap();
        let png = base64::Engine::decode(
            &base64::engine::general_purpose::STANDARD,
            picture["data"].as_str().unwrap(),
        );
        std::fs::write(PathBuf::from(folder).join(name).with_extension("png"), png.unwrap()).unwrap();
    }

    pub(super) async fn close(self) {
        self.client.close().await.unwrap();
    }
}

/// A command that only Chromium has.
#[derive(Debug)]
struct Special {
    path: &'static str,
    body: Json,
}

impl WebDriverCompatibleCommand for Special {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

/// A running chromedriver, on a port of its own, with a folder of its own for all that it and the browser write.
struct Driver {
    process: Child,
    url: String,
    _home: TempDir,
}

impl Driver {
    fn start() -> Option<Self> {
        let home = tempfile::tempdir().unwrap();
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").env("TMPDIR", home.path()).env("HOME", home.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().ok()?;
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let started = lines.find_map(|line| {
            line.split_once("started successfully on port ")
                .map(|(_, port)| port.trim_end_matches('.').to_owned())
        });
        // The rest is read away, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        // From here on, whatever goes wrong, dropping it ends the process.
        let mut driver = Self { process, url: String::new(), _home: home };
        let port = started.expect("chromedriver says on which port it listens");
        driver.url = format!("http://127.0.0.1:{port}/");
        Some(driver)
    }
}

impl Drop for Driver {
    /// Asks it to end its browser and itself.
    fn drop(&mut self) {
        let address = self.url.trim_start_matches("http://").trim_end_matches('/');
        let asked = TcpStream::connect(address).and_then(|mut stream| {
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            write!(stream, "GET /shutdown HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
            stream.read_to_end(&mut Vec::new())
        });
        if asked.is_err() {
            // Then only it can be ended; there is nothing to do if it has.
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}
