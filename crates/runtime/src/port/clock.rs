//! The time of this machine.

use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

use jiff::Timestamp;

use super::{BoxFuture, Clock};

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

/// The longest single sleep: between two, the clock is read again, so that a machine that was set or was asleep is noticed.
const NAP: Duration = Duration::from_secs(30);

/// The moment from which this process counts.
static BEGINNING: OnceLock<Instant> = OnceLock::new();

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the clock that all others ask")]
        Timestamp::now()
    }

    fn elapsed(&self) -> Duration {
        BEGINNING.get_or_init(Instant::now).elapsed()
    }

    fn sleep_until(&self, time: Timestamp) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            while let Ok(left) = Duration::try_from(time.duration_since(self.now())) {
                if left.is_zero() {
                    break;
                }
                tokio::time::sleep(left.min(NAP)).await;
            }
        })
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'_, ()> {
        // Made as it is waited for: most calls have ended by then.
        Box::pin(async move { tokio::time::sleep(span).await })
    }
}
