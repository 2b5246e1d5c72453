//! The connection to a Redis server: one for all requests, made when it is first needed and anew when it has broken.

use std::future::Future;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Cmd, ConnectionAddr, ErrorKind, FromRedisValue, RedisError, RedisResult};
use redis::{RedisConnectionInfo, ScriptInvocation};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use crate::store::{Kept, StoreError};

pub(super) struct Link {
    client: Client,
    /// How long one command may take, the connecting included.
    wait: Duration,
    live: Mutex<Option<Live>>,
}

struct Live {
    connection: MultiplexedConnection,
    /// Moves bytes for as long as the connection holds, so that its end is known before the next command is sent.
    driver: JoinHandle<()>,
}

impl Link {
    pub(super) fn new(client: &Client, wait: Duration) -> Self {
        Self { client: client.clone(), wait, live: Mutex::new(None) }
    }

    pub(super) async fn query<T: FromRedisValue>(&self, command: &Cmd) -> Kept<T> {
        self.within(async { command.query_async(&mut self.connection().await?).await }).await
    }

    /// Runs a script. It is sent whole only where the server does not have it yet.
    pub(super) async fn invoke<T: FromRedisValue>(&self, call: &ScriptInvocation<'_>) -> Kept<T> {
        self.within(async { call.invoke_async(&mut self.connection().await?).await }).await
    }

    /// A command is never sent twice: nobody knows whether one that got no answer was carried out.
    async fn within<T>(&self, work: impl Future<Output = RedisResult<T>>) -> Kept<T> {
        match tokio::time::timeout(self.wait, work).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => {
                if error.is_io_error() || error.is_unrecoverable_error() {
                    self.forget();
                }
                Err(StoreError::Down(words(&error)))
            }
            Err(_) => {
                self.forget();
                Err(StoreError::Down(format!("Redis gave no answer within {:?}", self.wait)))
            }
        }
    }

    /// The connection, or a new one. Whoever comes while it is being made waits for the same one.
    async fn connection(&self) -> RedisResult<MultiplexedConnection> {
        let mut live = self.live.lock().await;
        if let Some(live) = live.as_ref().filter(|live| !live.driver.is_finished()) {
            return Ok(live.connection.clone());
        }
        *live = None;
        let new = connect(&self.client).await?;
        Ok(live.insert(new).connection.clone())
    }

    /// The next command connects anew. Where somebody is connecting just now, there is nothing to forget.
    fn forget(&self) {
        if let Ok(mut live) = self.live.try_lock() {
            *live = None;
        }
    }
}

async fn connect(client: &Client) -> RedisResult<Live> {
    let info = client.get_connection_info();
    match info.addr() {
        ConnectionAddr::Tcp(host, port) => {
            let stream = TcpStream::connect((host.as_str(), *port)).await?;
            stream.set_nodelay(true)?;
            greet(info.redis_settings(), stream).await
        }
        #[cfg(unix)]
        ConnectionAddr::Unix(path) => greet(info.redis_settings(), tokio::net::UnixStream::connect(path).await?).await,
        _ => Err((ErrorKind::InvalidClientConfig, "this kind of address is not supported").into()),
    }
}

async fn greet<C>(settings: &RedisConnectionInfo, stream: C) -> RedisResult<Live>
where
    C: Unpin + AsyncRead + AsyncWrite + Send + 'static,
{
    // The whole command has a limit, so the answer alone needs none.
    let config = AsyncConnectionConfig::new().set_response_timeout(None);
    let (connection, driver) = MultiplexedConnection::new_with_config(settings, stream, config).await?;
    Ok(Live { connection, driver: tokio::spawn(driver) })
}

/// What went wrong, without the client's own names for it.
pub(super) fn words(error: &RedisError) -> String {
    match error.kind() {
        // Of a server that is gone, the system says one thing or another, as it happens; a cell says the same each time.
        ErrorKind::Io => "Redis can't be reached".to_owned(),
        ErrorKind::InvalidClientConfig => error.detail().map_or_else(|| error.to_string(), str::to_owned),
        _ => format!("Redis answers: {error}"),
    }
}
