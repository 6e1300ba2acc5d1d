//! What becomes of an answer, and how little a hostile one can cost.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use relance_runtime::{
    failure::Failure,
    port::{GuardedHttp, Http, HttpAnswer, HttpRequest, SystemClock},
    secret::Redactor,
};
use serde_json::json;

use super::stand_in::{
    Behaviour, StandIn, client, closed_port, development, outcome, request, response, told,
};

/// More than one cap and a few buffers: nothing may take more.
const A_LOT: usize = 16 * 1024 * 1024;

fn url(server: &StandIn) -> String {
    format!("http://{}/x", server.address)
}

async fn after(behaviour: Behaviour) -> (Result<HttpAnswer, Failure>, StandIn) {
    let server = StandIn::start("127.0.0.1", behaviour).await;
    let began = Instant::now();
    let result = client(&development()).send(&request("POST", &url(&server))).await;
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    assert!(server.written() < A_LOT, "{}", server.written());
    (result, server)
}

#[tokio::test]
async fn a_status_says_whether_the_call_took_effect() {
    let cases = [
        ("200 OK", "200"),
        ("204 No Content", "204"),
        ("299 Fine", "299"),
        ("301 Moved", "terminal http-redirect"),
        ("304 Not Modified", "terminal http-redirect"),
        ("400 Bad Request", "terminal http-status"),
        ("401 Unauthorized", "terminal http-status"),
        ("404 Not Found", "terminal http-status"),
        ("408 Request Timeout", "unknown http-status"),
        ("409 Conflict", "terminal http-status"),
        ("422 Unprocessable", "terminal http-status"),
        ("425 Too Early", "retryable http-status"),
        ("429 Too Many Requests", "retryable http-status"),
        ("500 Internal Server Error", "unknown http-status"),
        ("501 Not Implemented", "terminal http-status"),
        ("502 Bad Gateway", "unknown http-status"),
        ("503 Service Unavailable", "retryable http-status"),
        ("504 Gateway Timeout", "unknown http-status"),
        ("505 Version", "terminal http-status"),
        ("522 Somewhere", "unknown http-status"),
    ];
    for (status, wanted) in cases {
        let body = if status.starts_with("204") || status.starts_with("304") { "" } else { "{}" };
        let (result, _) = after(response(status, "", body)).await;
        assert_eq!(told(&result), wanted, "{status}");
    }
}

#[tokio::test]
async fn a_failure_quotes_the_answer_and_the_wait_that_it_asks_for() {
    let (result, _) = after(response(
        "429 Too Many Requests",
        "Retry-After: 7\r\n",
        "{\n  \"message\": \"slow\u{7} down\"\n}",
    ))
    .await;
    let Err(Failure::Retryable(reason, wait)) = result else { panic!("{result:?}") };
    assert_eq!(
        reason.message,
        "the service answered 429 Too Many Requests: { \"message\": \"slow down\" }"
    );
    assert_eq!((reason.status, wait), (Some(429), Some(Duration::from_secs(7))));
}

#[tokio::test]
async fn an_answer_is_json_when_it_says_so_and_is_else_text() {
    let deep = format!("{}1{}", "[".repeat(64), "]".repeat(64));
    let cases = [
        ("application/json", "{\"a\": 1}", json!({"a": 1})),
        ("Application/Problem+JSON; charset=utf-8", "[1]", json!([1])),
        ("application/json", "{\"a\": ", json!("{\"a\": ")),
        ("application/json", "", json!("")),
        ("text/plain", "{\"a\": 1}", json!("{\"a\": 1}")),
        ("application/json", &deep, json!(deep)),
    ];
    for (media_type, body, wanted) in cases {
        let headers = format!("Content-Type: {media_type}\r\nX-Two: a\r\nX-Two: b\r\n");
        let (result, _) = after(response("200 OK", &headers, body)).await;
        let answer = result.unwrap();
        assert_eq!(answer.body, wanted, "{media_type} {body}");
        assert!(!answer.truncated);
        let twice = answer.headers.iter().filter(|(name, _)| name == "x-two").count();
        assert_eq!(twice, 2);
    }
}

#[tokio::test]
async fn an_endless_body_is_cut_at_the_cap() {
    let (result, server) = after(Behaviour::Endless(b"HTTP/1.1 200 OK\r\n\r\nx".to_vec())).await;
    let answer = result.unwrap();
    assert!(answer.truncated);
    assert_eq!(answer.body.as_str().unwrap().len(), 1024 * 1024);
    assert!(server.written() < A_LOT);
}

#[tokio::test]
async fn an_endless_chunk_is_cut_at_the_cap() {
    let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\nx".to_vec();
    let (result, _) = after(Behaviour::Endless(head)).await;
    assert!(result.unwrap().truncated);
}

#[tokio::test]
async fn a_body_that_drips_ends_with_the_time_it_is_given() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nx".to_vec();
    assert_eq!(told(&after(Behaviour::Drip(head)).await.0), "unknown timed-out");
    // A status that says that the call failed needs no body.
    let head = b"HTTP/1.1 404 Not Found\r\nContent-Length: 100000\r\n\r\nx".to_vec();
    assert_eq!(told(&after(Behaviour::Drip(head)).await.0), "terminal http-status");
}

#[tokio::test]
async fn silence_ends_with_the_time_it_is_given() {
    assert_eq!(told(&after(Behaviour::Silent).await.0), "unknown timed-out");
    let head = b"HTTP/1.1 200 OK\r\nX-Slow: ".to_vec();
    assert_eq!(told(&after(Behaviour::Drip(head)).await.0), "unknown timed-out");
    let flood = b"HTTP/1.1 103 Early Hints\r\n\r\n".repeat(50_000);
    let (result, _) = after(Behaviour::Say(flood)).await;
    assert!(told(&result).starts_with("unknown "), "{result:?}");
}

#[tokio::test]
async fn a_lost_answer_is_unknown() {
    assert_eq!(told(&after(Behaviour::HangUp).await.0), "unknown answer-lost");
    let lie = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort".to_vec();
    assert_eq!(told(&after(Behaviour::Say(lie)).await.0), "unknown answer-lost");
    let noise = b"SSH-2.0-OpenSSH_9.6\r\n".to_vec();
    assert_eq!(told(&after(Behaviour::Say(noise)).await.0), "unknown answer-lost");
    let chunk = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".to_vec();
    assert_eq!(told(&after(Behaviour::Say(chunk)).await.0), "unknown answer-lost");
}

#[tokio::test]
async fn headers_are_limited_in_number_and_in_length() {
    let many = |count: usize| {
        let headers: Vec<String> = (0..count).map(|it| format!("X-{it}: a\r\n")).collect();
        headers.concat()
    };
    let (result, _) = after(response("200 OK", &many(98), "")).await;
    assert_eq!(told(&result), "200");
    let (result, _) = after(response("200 OK", &many(101), "")).await;
    assert_eq!(told(&result), "unknown answer-lost");
    let long = format!("X-Long: {}\r\nX-Short: a\r\n", "a".repeat(300_000));
    let (result, _) = after(response("200 OK", &long, "")).await;
    let names: Vec<String> = result.unwrap().headers.into_iter().map(|(name, _)| name).collect();
    assert!(!names.contains(&"x-long".to_owned()) && names.contains(&"x-short".to_owned()));
    let (result, _) = after(Behaviour::Endless(b"HTTP/1.1 200 OK\r\nX-Endless: a".to_vec())).await;
    assert_eq!(told(&result), "unknown answer-lost");
}

#[tokio::test]
async fn nothing_is_decompressed() {
    // The head of a gzip stream that would unfold to a great many zeros.
    let bomb = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..], &[0xed; 4096]].concat();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        bomb.len()
    );
    let (result, server) = after(Behaviour::Say([head.into_bytes(), bomb].concat())).await;
    assert!(result.unwrap().body.as_str().unwrap().len() < 3 * 5000);
    assert!(!server.requests()[0].to_ascii_lowercase().contains("accept-encoding"));
}

#[tokio::test]
async fn a_closed_port_and_a_name_without_address_are_surely_before_sending() {
    let closed = format!("http://127.0.0.1:{}/", closed_port().await);
    let closed = outcome(&client(&development()), &request("POST", &closed)).await;
    assert_eq!(closed, "retryable connect-failed");
    let nameless = client(&super::stand_in::production(&[]));
    let nameless = outcome(&nameless, &request("POST", "https://gone.example/")).await;
    assert_eq!(nameless, "retryable name-not-found");
}

#[tokio::test]
async fn the_key_and_the_media_type_are_added_unless_the_author_gave_them() {
    let server = StandIn::start("127.0.0.1", response("200 OK", "", "")).await;
    let client = client(&development());
    let plain = HttpRequest {
        body: Some(("application/json".to_owned(), b"{}".to_vec())),
        ..request("POST", &url(&server))
    };
    let own = HttpRequest {
        headers: vec![
            ("idempotency-KEY".to_owned(), "mine".to_owned()),
            ("content-type".to_owned(), "application/ld+json".to_owned()),
            ("X-Name".to_owned(), "é".to_owned()),
        ],
        ..plain.clone()
    };
    let bare = request("GET", &url(&server));
    for each in [&plain, &own, &bare] {
        client.send(each).await.unwrap();
    }
    let seen: Vec<String> = server
        .requests()
        .iter()
        .map(|it| it.replace(&server.address.to_string(), "HOST").replace("\r\n", "\n"))
        .collect();
    insta::assert_snapshot!(seen.join("\n---\n"));
}

#[tokio::test]
async fn a_body_that_is_too_large_is_not_sent() {
    let server = StandIn::start("127.0.0.1", response("200 OK", "", "")).await;
    let large = HttpRequest {
        body: Some(("text/plain".to_owned(), vec![b'x'; 256 * 1024 + 1])),
        ..request("POST", &url(&server))
    };
    assert_eq!(outcome(&client(&development()), &large).await, "terminal body-too-large");
    assert_eq!(server.reached(), 0);
}

#[tokio::test]
async fn what_a_service_repeats_of_a_secret_is_taken_out() {
    let echo = r#"{"you sent": "Bearer sk_live_canary", "raw": "s3cr3t-canary", "b64": "QmFzaWM6czNjcjN0LWNhbmFyeQ=="}"#;
    let headers = "Content-Type: application/json\r\nX-Echo: s3cr3t-canary\r\n";
    for status in ["200 OK", "400 Bad Request"] {
        let server = StandIn::start("127.0.0.1", response(status, headers, echo)).await;
        let redactor = Redactor::new([("[secret A]".to_owned(), "s3cr3t-canary".to_owned())]);
        let client = GuardedHttp::new(&development(), &redactor, Arc::new(SystemClock)).unwrap();
        let call = HttpRequest {
            headers: vec![("Authorization".to_owned(), "Bearer sk_live_canary".to_owned())],
            ..request("GET", &url(&server))
        };
        let told = match client.send(&call).await {
            Ok(answer) => format!("{} {:?}", answer.body, answer.headers),
            Err(failure) => failure.reason().message.clone(),
        };
        assert!(
            !told.contains("canary") && told.contains("[secret A]") && told.contains("[secret]"),
            "{told}"
        );
        assert!(!format!("{call:?}").contains("canary"));
    }
}

#[tokio::test]
async fn a_call_without_a_body_says_so() {
    let server = StandIn::start("127.0.0.1", response("200 OK", "", "")).await;
    let client = client(&development());
    for method in ["POST", "PUT", "GET", "DELETE"] {
        client.send(&request(method, &url(&server))).await.unwrap();
    }
    let lengths: Vec<bool> =
        server.requests().iter().map(|it| it.contains("content-length: 0")).collect();
    assert_eq!(lengths, [true, true, false, false]);
}
