//! The world outside, and a call to it.

use std::{sync::Arc, time::Duration};

use futures_util::future::{Either, select};
use relance_validator::plan::{Effect, ReplySource, Step};
use serde_json::Value;

use crate::{
    action::{Outside, ai_output, http_output},
    failure::{Failure, Reason},
    port::{Ai, BoxFuture, Clock, Http, host_of},
};

/// The world outside.
#[derive(Clone)]
pub struct World {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// HTTP.
    pub http: Arc<dyn Http>,
    /// AI.
    pub ai: Arc<dyn Ai>,
}

/// How much longer than it may take a call is waited for: whoever makes it ends it by itself before that, and says better why.
const GRACE: Duration = Duration::from_secs(2);

impl World {
    /// Makes a call, once; gives the block's output. A call that its port does not bring to an end is given up.
    pub async fn perform(&self, call: &Outside) -> Result<Value, Failure> {
        match call {
            Outside::Http(request) => {
                self.in_time(request.timeout, self.http.send(request)).await.map(http_output)
            }
            Outside::Ai(request) => {
                self.in_time(self.ai.timeout(), self.ai.reply(request)).await.map(ai_output)
            }
        }
    }

    async fn in_time<T>(
        &self,
        timeout: Duration,
        call: BoxFuture<'_, Result<T, Failure>>,
    ) -> Result<T, Failure> {
        match select(call, self.clock.sleep(timeout.saturating_add(GRACE))).await {
            Either::Left((result, _)) => result,
            Either::Right(((), _)) => {
                let message = "the call did not come to an end in time, and was given up";
                Err(Failure::Unknown(Reason::new("timed-out", message), None))
            }
        }
    }

    /// The host that a step calls, if it calls one that is known.
    pub(super) fn host(&self, step: &Step) -> Option<String> {
        match &step.effect {
            Effect::HttpRequest(call) => Some(host_of(&call.url.origin)),
            Effect::AiReply(reply) if reply.source == ReplySource::Ai => self.ai.host(),
            Effect::AiReply(_)
            | Effect::CreateTask(_)
            | Effect::CrmUpsert(_)
            | Effect::TagContact(_)
            | Effect::Foreign(_) => None,
        }
    }
}
