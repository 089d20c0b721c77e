"""The official Python client against `connector mcp`: over standard input and output and
over HTTP, in the newest revision and by the older handshake, and cut off in the middle.

Expects a double of Intercom in INTERCOM_BASE_URL, and the program in CONNECTOR.
"""

import asyncio
import os
import signal
import subprocess
import sys

from mcp import Client, StdioServerParameters
from mcp_types import ElicitResult

PROGRAM = os.environ["CONNECTOR"]
ARGUMENTS = ["mcp", "--component", os.environ["INTERCOM_COMPONENT"]]
VARIABLES = ["INTERCOM_ACCESS_TOKEN", "INTERCOM_BASE_URL", "CONNECTOR_CONNECTIONS"]
ENVIRONMENT = {name: os.environ[name] for name in VARIABLES}
NEWEST = "2026-07-28"


async def agree(context, params):
    """The person, who agrees to everything."""
    return ElicitResult(action="accept", content={})


async def converse(server, mode, version, name):
    """Lists, calls, fails and asks; a name that no contact has yet."""
    async with Client(server, mode=mode, elicitation_callback=agree) as client:
        assert client.protocol_version == version, client.protocol_version
        assert client.server_info.name == "intercom"
        tools = (await client.list_tools()).tools
        names = [tool.name for tool in tools]
        assert "search-contacts" in names and "exchange-code" not in names, names

        refused = await client.call_tool("create-contact", {"role": "boss"})
        assert refused.is_error
        assert refused.structured_content["error"]["reason"] == "invalid-input"

        made = await client.call_tool("create-contact", {"role": "lead", "name": name})
        assert not made.is_error, made
        contact = await client.call_tool(
            "get-contact-by-id", {"contact_id": made.structured_content["id"]}
        )
        assert contact.structured_content["name"] == name, contact

        pages = (await client.list_resources()).resources
        for page in pages:
            assert (await client.read_resource(page.uri)).contents
        print(f"{mode} {version}: {len(tools)} tools, {len(pages)} pages")


def over_stdio():
    return StdioServerParameters(command=PROGRAM, args=ARGUMENTS, env=ENVIRONMENT)


async def cut_off(url):
    """A client that is gone in the middle of a call leaves the server in order."""
    try:
        async with asyncio.timeout(0.02):
            async with Client(url) as client:
                await client.call_tool("list-admins", {})
    except TimeoutError:
        pass
    await converse(url, "auto", NEWEST, "After Cutting Off")


def killed():
    """A program whose client is gone in the middle of a call ends by itself."""
    server = subprocess.Popen(
        [PROGRAM, *ARGUMENTS],
        env={**os.environ, **ENVIRONMENT},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    version = '"protocolVersion":"2025-11-25","capabilities":{}'
    about = '"clientInfo":{"name":"c","version":"1"}'
    server.stdin.write(
        f'{{"jsonrpc":"2.0","id":1,"method":"initialize","params":{{{version},{about}}}}}\n'
        '{"jsonrpc":"2.0","method":"notifications/initialized"}\n'
        '{"jsonrpc":"2.0","id":2,"method":"tools/call",'
        '"params":{"name":"search-contacts","arguments":{"filter_formula":"role = \'user\'"}}}\n'
    )
    server.stdin.close()
    server.stdout.close()
    assert server.wait(timeout=30) == 0
    print("killed: the server ended")


async def over_http():
    server = subprocess.Popen(
        [PROGRAM, *ARGUMENTS, "--http", "127.0.0.1:0"],
        env={**os.environ, **ENVIRONMENT},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        url = server.stdout.readline().strip()
        await converse(url, "auto", NEWEST, "Over HTTP")
        await converse(url, "legacy", "2025-11-25", "Over HTTP, by Handshake")
        await cut_off(url)
    finally:
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=30) == 0


async def main():
    await converse(over_stdio(), "auto", NEWEST, "Over Stdio")
    await converse(over_stdio(), "legacy", "2025-11-25", "Over Stdio, by Handshake")
    killed()
    await over_http()


if sys.version_info < (3, 11):
    sys.exit("left out: Python 3.11 is needed")
asyncio.run(main())
