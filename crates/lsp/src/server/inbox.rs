//! What the client has said and nobody has taken yet: messages in order, and which of them were cancelled since.

use std::collections::{HashSet, VecDeque};

use crossbeam_channel::{Receiver, RecvError, TryRecvError};
use lsp_server::RequestId;
use lsp_types::{
    CancelParams, NumberOrString,
    notification::{Cancel, Notification as _},
};

use super::wire::Incoming;

pub(super) struct Inbox {
    receiver: Receiver<Incoming>,
    waiting: VecDeque<Incoming>,
    cancelled: HashSet<RequestId>,
    is_closed: bool,
}

impl Inbox {
    pub(super) fn new(receiver: Receiver<Incoming>) -> Inbox {
        Inbox { receiver, waiting: VecDeque::new(), cancelled: HashSet::new(), is_closed: false }
    }

    /// The next message, if there is one already.
    pub(super) fn next(&mut self) -> Option<Incoming> {
        loop {
            match self.receiver.try_recv() {
                Ok(message) => self.sort_in(message),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => {
                    self.is_closed = true;
                    break;
                }
            }
        }
        let next = self.waiting.pop_front();
        if self.waiting.is_empty() && next.is_none() {
            // What was cancelled has been answered long ago.
            self.cancelled.clear();
        }
        next
    }

    /// The next message, whenever it comes; none when nothing more will come.
    pub(super) fn wait(&mut self) -> Option<Incoming> {
        loop {
            if let Some(message) = self.next() {
                return Some(message);
            }
            if self.is_closed {
                return None;
            }
            let message = self.receiver.recv();
            self.take(message);
        }
    }

    /// Takes what was waited for.
    pub(super) fn take(&mut self, message: Result<Incoming, RecvError>) {
        match message {
            Ok(message) => self.sort_in(message),
            Err(RecvError) => self.is_closed = true,
        }
    }

    fn sort_in(&mut self, message: Incoming) {
        if let Incoming::Notification(notification) = &message
            && notification.method == Cancel::METHOD
        {
            if let Ok(CancelParams { id }) = serde_json::from_value(notification.params.clone()) {
                self.cancelled.insert(match id {
                    NumberOrString::Number(id) => RequestId::from(id),
                    NumberOrString::String(id) => RequestId::from(id),
                });
            }
            return;
        }
        self.waiting.push_back(message);
    }

    /// Whether the client no longer wants that answer.
    pub(super) fn is_cancelled(&self, id: &RequestId) -> bool {
        self.cancelled.contains(id)
    }

    pub(super) fn receiver(&self) -> &Receiver<Incoming> {
        &self.receiver
    }

    /// Whether nothing more will come.
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed
    }
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::unbounded;
    use lsp_server::{Notification, Request, RequestId};
    use serde_json::json;

    use super::{Inbox, Incoming};

    #[test]
    fn a_request_is_cancelled_by_what_was_said_behind_it() {
        let (sender, receiver) = unbounded();
        let ask = |id: i32| {
            let request = Request::new(id.into(), "textDocument/hover".to_owned(), json!({}));
            sender.send(Incoming::Request(request)).unwrap();
        };
        let cancel = |id| {
            let cancel = Notification::new("$/cancelRequest".to_owned(), json!({ "id": id }));
            sender.send(Incoming::Notification(cancel)).unwrap();
        };
        ask(1);
        ask(2);
        cancel(json!(2));
        cancel(json!("three"));
        let mut inbox = Inbox::new(receiver);
        let mut taken = Vec::new();
        while let Some(Incoming::Request(request)) = inbox.next() {
            taken.push((request.id.clone(), inbox.is_cancelled(&request.id)));
        }
        assert_eq!(taken, [(RequestId::from(1), false), (RequestId::from(2), true)]);
        // An id may be given again once everything has been answered.
        ask(2);
        assert!(inbox.next().is_some());
        assert!(!inbox.is_cancelled(&RequestId::from(2)) && !inbox.is_closed());
        drop(sender);
        assert!(inbox.next().is_none() && inbox.is_closed());
    }
}
