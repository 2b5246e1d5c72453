//! A display of one's own, on which a real window opens and nobody sees it.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// An X server without a screen, which ends with this value.
pub(crate) struct Display {
    server: Child,
    number: u32,
}

impl Display {
    pub(crate) fn start() -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed");
        let mut line = String::new();
        let out = server.stdout.take().expect("stdout is a pipe");
        // Xvfb writes the number once it takes connections.
        BufReader::new(out).read_line(&mut line).expect("a pipe can be read");
        Self { server, number: line.trim().parse().expect("Xvfb starts and prints its display's number") }
    }

    /// A command whose window appears here and that finds none of the user's own files.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("DISPLAY", format!(":{}", self.number)).env("LIBGL_ALWAYS_SOFTWARE", "1");
        command.env("HOME", env!("CARGO_TARGET_TMPDIR")).stdin(Stdio::null());
        for name in ["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "XAUTHORITY", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
            command.env_remove(name);
        }
        command
    }

    /// What a tool prints; it has a minute.
    pub(crate) fn run(&self, tool: &str, args: &[&str]) -> String {
        let out = self.command("timeout").args(["60", tool]).args(args).output().expect("coreutils has timeout");
        assert!(out.status.success(), "{tool} {args:?}: {}\n{}", out.status, String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).expect("the tools print ASCII")
    }

    /// Sends what a title bar's close button sends (ICCCM section 4.2.8.1). `xdotool` can only destroy a window under
    /// its program's feet, so the few requests of the X protocol are written here by hand.
    pub(crate) fn ask_to_close(&self, window: u32) -> std::io::Result<()> {
        let mut x = UnixStream::connect(format!("/tmp/.X11-unix/X{}", self.number))?;
        x.set_read_timeout(Some(Duration::from_secs(30)))?;
        x.write_all(&[b'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0])?;
        let mut head = [0; 8];
        x.read_exact(&mut head)?;
        assert_eq!(head[0], 1, "the display takes the connection");
        x.read_exact(&mut vec![0; 4 * usize::from(u16::from_le_bytes([head[6], head[7]]))])?;

        let protocols = intern_atom(&mut x, "WM_PROTOCOLS")?;
        let delete = intern_atom(&mut x, "WM_DELETE_WINDOW")?;
        let (send_event, client_message, format) = ([25, 0, 11, 0], [33, 32, 0, 0], [0; 16]);
        let (to, kind, data) = (window.to_le_bytes(), protocols.to_le_bytes(), delete.to_le_bytes());
        x.write_all(&[&send_event[..], &to, &[0; 4], &client_message, &to, &kind, &data, &format].concat())?;
        // The answer to this one (GetInputFocus) shows that the message before it has been handled.
        x.write_all(&[43, 0, 1, 0])?;
        x.read_exact(&mut [0; 32])
    }
}

fn intern_atom(x: &mut UnixStream, name: &str) -> std::io::Result<u32> {
    let padded = name.len().next_multiple_of(4);
    let (words, length) = (2 + padded / 4, name.len());
    let mut request = vec![16, 0, words as u8, 0, length as u8, 0, 0, 0];
    request.extend(name.as_bytes());
    request.resize(8 + padded, 0);
    x.write_all(&request)?;
    let mut reply = [0; 32];
    x.read_exact(&mut reply)?;
    assert_eq!(reply[0], 1, "the display knows the atom {name}");
    Ok(u32::from_le_bytes([reply[8], reply[9], reply[10], reply[11]]))
}

impl Drop for Display {
    fn drop(&mut self) {
        // A program whose display goes away ends too. Where Xvfb has ended before, there is nothing left to do.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
