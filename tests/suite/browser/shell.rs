//! What all pages have: two languages, and a size that fits a phone.

use super::{Browser, Served, Window};

#[tokio::test]
async fn a_page_fits_a_phone_and_changes_its_language_without_a_script() {
    let Some(browser) = Browser::open(Window::PHONE.without_script()).await else { return };
    let served = Served::start().await;

    browser.go(&served.at("/")).await;
    assert_eq!(browser.text("h1").await, "ไม่พบหน้านี้");
    browser.assert_fits("the page of what is not there").await;
    browser.picture("not-found-phone-th").await;

    browser.follow("English").await;
    assert_eq!(browser.text("h1").await, "There is no such page");
    browser.go(&served.at("/")).await;
    assert_eq!(browser.text("h1").await, "There is no such page", "the choice is remembered");
    browser.picture("not-found-phone-en").await;
    browser.close().await;
}
