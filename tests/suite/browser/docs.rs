//! The page of the OpenAPI documents, on a machine without a network.

use super::{Browser, Served, Window};
use std::time::Duration;

#[tokio::test]
async fn the_documents_are_shown_and_nothing_is_loaded_from_elsewhere() {
    let Some(browser) = Browser::open(Window::DESKTOP).await else { return };
    let served = Served::start().await;

    browser.go(&served.at("/docs")).await;
    browser.wait_for("#operations-payment-real_time_payment", Duration::from_secs(10)).await;

    browser.picture("docs-desktop").await;
    assert_eq!(browser.count("#select option").await, 4, "every document can be chosen");
    browser.click("#operations-payment-real_time_payment .opblock-summary-control").await;
    browser.wait_for(".opblock-body", Duration::from_secs(10)).await;
    browser.picture("docs-operation-desktop").await;

    browser.click("#select option[value*='sandbox']").await;
    browser.wait_for("#operations-clock-show_clock", Duration::from_secs(10)).await;
    browser.picture("docs-sandbox-desktop").await;

    let requests = browser.requests().await;
    assert!(requests.iter().any(|url| url.ends_with("/openapi/sandbox.json")), "{requests:?}");
    let own = |url: &&String| url.starts_with(&served.url) || url.starts_with("data:");
    let foreign: Vec<_> = requests.iter().filter(|url| !own(url)).collect();
    assert!(foreign.is_empty(), "{foreign:?}");
    browser.close().await;
}
