//! Pages name plain ports. Each run of a page has free ones in their place, so that it meets
//! neither another run nor a server of this machine.

use std::net::TcpListener;

use regex::Regex;

use crate::page::Page;

/// The ports that the commands of a page name, each with the free one that replaces it.
pub struct Ports(Vec<(String, String)>);

impl Ports {
    /// Finds a free port for each one that the page's commands name.
    pub fn of(page: &Page) -> Self {
        let named = Regex::new(r"(?:--port |127\.0\.0\.1:)(\d{4,5})\b").unwrap();
        let commands = page.blocks.iter().filter(|block| block.language == "sh");
        let mut shown: Vec<String> = commands
            .flat_map(|block| named.captures_iter(&block.text).map(|it| it[1].to_owned()))
            .collect();
        shown.sort();
        shown.dedup();
        // All are held until each is known, so that no two are the same.
        let free: Vec<_> = shown
            .iter()
            .map(|_| TcpListener::bind("127.0.0.1:0").unwrap())
            .collect();
        let free = free
            .iter()
            .map(|it| it.local_addr().unwrap().port().to_string());
        Self(shown.iter().cloned().zip(free).collect())
    }

    /// A page's commands, with the free ports.
    pub fn run(&self, commands: &str) -> String {
        let replace = |text: String, (shown, free): &(String, String)| {
            text.replace(&format!("--port {shown}"), &format!("--port {free}"))
                .replace(&format!("127.0.0.1:{shown}"), &format!("127.0.0.1:{free}"))
        };
        self.0.iter().fold(commands.to_owned(), replace)
    }

    /// What was printed, with the page's ports.
    pub fn show(&self, printed: &str) -> String {
        let replace = |text: String, (shown, free): &(String, String)| {
            let colon = ["127.0.0.1:", "127.0.0.1%3A"];
            colon.iter().fold(text, |text, host| {
                text.replace(&format!("{host}{free}"), &format!("{host}{shown}"))
            })
        };
        self.0.iter().fold(printed.to_owned(), replace)
    }
}

#[test]
fn a_run_has_a_port_of_its_own() {
    let page = Page::parse("```sh\nserve --port 8080 --forward http://127.0.0.1:3000/\n```\n");
    let ports = Ports::of(&page);
    let command = ports.run(&page.blocks[0].text);
    assert!(
        !command.contains("8080") && !command.contains("3000"),
        "{command}"
    );
    let printed = command.replace("--port ", "http%3A%2F%2F127.0.0.1%3A");
    let shown = ports.show(&printed);
    assert!(shown.contains("127.0.0.1%3A8080 "), "{shown}");
    assert!(shown.contains("http://127.0.0.1:3000/"), "{shown}");
}
