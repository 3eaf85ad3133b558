//! Servers in processes of their own, so that they share nothing with the load generator but the machine.

use std::{
    error::Error,
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long a start may take. A Java machine takes some seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server; killed when dropped.
pub struct Process {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Process {
    /// Starts a server that says where it listens, as `satang serve --json` does: on its first line.
    pub fn announced(command: &mut Command) -> Result<Self, Box<dyn Error>> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        let output = child.stdout.take().ok_or("its output is ours")?;
        // From here on, whatever goes wrong, dropping it ends the process.
        let mut process = Self { child, address: ([127, 0, 0, 1], 0).into() };
        BufReader::new(output).read_line(&mut line)?;
        let said: serde_json::Value = serde_json::from_str(&line).map_err(|_| format!("it said {line:?}"))?;
        let url = said["listening"].as_str().ok_or("it does not say where it listens")?;
        process.address = url.trim_start_matches("http://").parse()?;
        Ok(process)
    }

    /// Starts a server that wants to be told its port, and waits until it listens there.
    pub fn on_a_port(command: impl FnOnce(u16) -> Command) -> Result<Self, Box<dyn Error>> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let child = command(address.port())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut process = Self { child, address };
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            if let Some(status) = process.child.try_wait()? {
                return Err(format!("it ended at once: {status}").into());
            }
            if start.elapsed() > PATIENCE {
                return Err("it does not listen".into());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(process)
    }

    /// Address and process id.
    pub fn server(&self) -> (SocketAddr, u32) {
        (self.address, self.child.id())
    }

    /// Pulls the plug: no warning, no clean end.
    pub fn kill(mut self) -> Result<(), Box<dyn Error>> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already, and then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `satang serve` over a store in this directory.
pub fn gateway(program: &Path, data: &Path) -> Result<Process, Box<dyn Error>> {
    let mut command = Command::new(program);
    Process::announced(command.args(["serve", "--listen", "127.0.0.1:0", "--json", "--data"]).arg(data))
}

/// This program again, as one of its servers.
pub fn this(which: impl FnOnce(&mut Command) -> &mut Command) -> Result<Process, Box<dyn Error>> {
    Process::announced(which(&mut Command::new(std::env::current_exe()?)))
}
