//! How a conversation begins: the client introduces itself, and is told what the server offers. Nothing is done before that.

use lsp_server::ErrorCode;
use lsp_types::{
    InitializeParams, InitializeResult, ServerInfo,
    notification::{Exit, Notification as _},
    request::{Initialize, Request as _},
};

use super::{
    Host, ServeError,
    client::{Client, capabilities},
    folders::Folders,
    inbox::Inbox,
    payload::{self, Refused},
    wire::{Incoming, Wire},
};

/// Waits until the client introduces itself, and answers.
pub(super) fn greet(
    wire: &Wire,
    inbox: &mut Inbox,
    host: &dyn Host,
) -> Result<(Client, Folders), ServeError> {
    while let Some(message) = inbox.wait() {
        let (id, refused) = match message {
            Incoming::Request(request) if request.method == Initialize::METHOD => {
                match serde_json::from_value::<InitializeParams>(request.params) {
                    Ok(params) => {
                        let client = Client::of(&params, host);
                        let offer = serde_json::to_vec(&offer(&client))?;
                        wire.say(payload::answer(&request.id, &offer)?)?;
                        let folders = Folders::new(&params, client.wishes.clone());
                        return Ok((client, folders));
                    }
                    Err(problem) => {
                        let problem = problem.to_string();
                        (Some(request.id), Refused::new(ErrorCode::InvalidParams, problem))
                    }
                }
            }
            Incoming::Request(request) => {
                let why = "the server has not been initialized yet";
                (Some(request.id), Refused::new(ErrorCode::ServerNotInitialized, why))
            }
            Incoming::Notification(notification) if notification.method == Exit::METHOD => {
                return Err(ServeError::NoShutdown);
            }
            Incoming::Notification(_) | Incoming::Answer => continue,
            Incoming::Unreadable(refused) => (None, refused),
            Incoming::Broken(error) => return Err(error.into()),
        };
        wire.say(payload::refusal(id.as_ref(), &refused)?)?;
    }
    Err(ServeError::Gone)
}

fn offer(client: &Client) -> InitializeResult {
    InitializeResult {
        capabilities: capabilities(client),
        server_info: Some(ServerInfo {
            name: "relance".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    }
}
