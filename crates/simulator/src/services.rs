//! The services, as one process meets them: what arrives is judged, and answered as the sketch says, sooner or later.

use std::{sync::Arc, time::Duration};

use relance_runtime::{
    failure::{Failure, Reason},
    port::{Ai, AiAnswer, AiRequest, BoxFuture, Clock as _, Http, HttpAnswer, HttpRequest},
};
use serde_json::json;

use crate::{
    referee::{Process, Reply},
    sketch::Answer,
    stage::Stage,
};

/// How long an AI may take.
const AI_TIMEOUT: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub(crate) struct Services {
    pub(crate) stage: Arc<Stage>,
    pub(crate) process: Process,
}

impl Services {
    /// What is answered; a failure if it is one.
    async fn ask(&self, key: &str, request: String, timeout: Duration) -> Result<(), Failure> {
        let arrived = self.stage.state().referee.arrive(self.process, key, &request);
        let Some(arrived) = arrived else {
            return Err(Failure::Terminal(Reason::new("foul", "this call should not have left")));
        };
        match arrived.reply {
            Answer::Trouble(trouble) if trouble.slow => {
                self.stage.clock.sleep(timeout).await;
            }
            // It waits for nothing but time: a process that stands still finds an answer that came in time.
            Answer::Success | Answer::Refusal | Answer::Trouble(_) => self.stage.delay(900).await,
        }
        self.stage.state().referee.answer(arrived);
        failure(arrived.reply).map_or(Ok(()), Err)
    }
}

impl Http for Services {
    fn send<'a>(&'a self, request: &'a HttpRequest) -> BoxFuture<'a, Result<HttpAnswer, Failure>> {
        Box::pin(async move {
            let body = request.body.as_ref().map(|(_, bytes)| String::from_utf8_lossy(bytes));
            let text =
                format!("{} {} {}", request.method, request.url, body.as_deref().unwrap_or(""));
            self.ask(&request.key, text, request.timeout).await?;
            let body = json!({ "de": request.key });
            Ok(HttpAnswer { status: 200, headers: Vec::new(), body, truncated: false })
        })
    }
}

impl Ai for Services {
    fn reply<'a>(&'a self, request: &'a AiRequest) -> BoxFuture<'a, Result<AiAnswer, Failure>> {
        Box::pin(async move {
            self.ask(&request.key, request.contact.to_string(), AI_TIMEOUT).await?;
            let text = format!("Bonjour {}", request.key);
            let (tokens_in, tokens_out) = (Some(12), Some(3));
            let model = "simulated".to_owned();
            Ok(AiAnswer { text, model, tokens_in, tokens_out, truncated: false })
        })
    }
}

fn failure(reply: Reply) -> Option<Failure> {
    let reason = |status| Reason {
        code: "http-status".into(),
        message: format!("the service answered {status}"),
        status: Some(status),
    };
    match reply {
        Answer::Success => None,
        Answer::Refusal => Some(Failure::Terminal(reason(400))),
        Answer::Trouble(trouble) => {
            let after = trouble.after.map(|it| Duration::from_secs(it.unsigned_abs()));
            let reason = reason(trouble.status());
            let failure = if trouble.doubtful { Failure::Unknown } else { Failure::Retryable };
            Some(failure(reason, after))
        }
    }
}
