"""A visitor without a browser: speaks to the server as a page in a browser does, over a websocket."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.request import Request, urlopen

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileUploaderState, FileURLs, UploadedFileInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

SECONDS = 300
"""A busy machine makes nobody fail."""
XSRF = "_streamlit_xsrf"


@dataclass
class Page:
    """What one run of a page sent."""

    messages: list[ForwardMsg] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def texts(self) -> list[str]:
        """Whatever was shown, element by element, as the server sent it."""
        return [str(message.delta) for message in self.messages if message.HasField("delta")]

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join(self.texts)

    @property
    def is_whole(self) -> bool:
        """Whether the run ended as it should, and showed no error."""
        finished = self.messages and self.messages[-1].script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        return bool(finished) and not any("exception {" in text for text in self.texts)


class Visitor:
    """An open page of the server. Each page that is visited is a new run of the script, in the same session."""

    def __init__(self, server: str, socket: ClientConnection, token: str) -> None:
        self._server, self._socket, self._token = server, socket, token
        self._kept: dict[str, ForwardMsg] = {}

    def visits(self, page: str = "", query: str = "", states: tuple[WidgetState, ...] = ()) -> Page:
        """Run a page, and wait until it has ended."""
        asked = BackMsg()
        asked.rerun_script.page_name = page
        asked.rerun_script.query_string = query
        asked.rerun_script.widget_states.widgets.extend(states)
        asked.rerun_script.context_info.timezone = "Europe/London"
        since = time.monotonic()
        self._socket.send(asked.SerializeToString())
        shown = Page()
        while not (shown.messages and shown.messages[-1].HasField("script_finished")):
            shown.messages.append(self._received())
        shown.seconds = time.monotonic() - since
        return shown

    def uploads(self, page: str, label: str, name: str, content: bytes, query: str = "") -> Page:
        """Choose a file on a page, as a browser does: ask for an address, send it there, and run the page again."""
        widget = next(
            element.delta.new_element.file_uploader.id
            for element in self.visits(page, query).messages
            if label in str(element.delta.new_element.file_uploader.label)
        )
        address = self._address_for(name)
        self._put(address.upload_url, name, content)
        state = FileUploaderState(
            uploaded_file_info=[
                UploadedFileInfo(name=name, size=len(content), file_id=address.file_id, file_urls=address)
            ]
        )
        return self.visits(page, query, (WidgetState(id=widget, file_uploader_state_value=state),))

    def _received(self) -> ForwardMsg:
        message = ForwardMsg()
        message.ParseFromString(self._socket.recv(timeout=SECONDS, decode=False))
        if message.HasField("ref_hash"):
            return self._kept[message.ref_hash]
        if message.hash:
            self._kept[message.hash] = message
        return message

    def _address_for(self, name: str) -> FileURLs:
        asked = BackMsg()
        asked.file_urls_request.request_id = "1"
        asked.file_urls_request.file_names.append(name)
        self._socket.send(asked.SerializeToString())
        while not (message := self._received()).HasField("file_urls_response"):
            pass
        return message.file_urls_response.file_urls[0]

    def _put(self, address: str, name: str, content: bytes) -> None:
        boundary = "----openness"
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename={json.dumps(name)}\r\n\r\n'
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "X-Xsrftoken": self._token,
            "Cookie": f"{XSRF}={self._token}",
            "Origin": self._server,
        }
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        asked = Request(f"{self._server}{address}", body, headers, method="PUT")  # noqa: S310  of this machine
        with urlopen(asked, timeout=SECONDS):  # noqa: S310
            pass


@contextmanager
def visiting(server: str) -> Iterator[Visitor]:
    """A visitor of a server that needs no sign-in."""
    with urlopen(f"{server}/_stcore/health", timeout=SECONDS) as answer:  # noqa: S310  of this machine
        cookies = answer.headers.get_all("Set-Cookie") or []
    token = next((cookie.split(";")[0].split("=", 1)[1] for cookie in cookies if cookie.startswith(XSRF)), "")
    address = server.replace("http://", "ws://") + "/_stcore/stream"
    spoken = ["streamlit", token] if token else ["streamlit"]
    with connect(
        address,
        subprotocols=spoken,
        origin=server,
        additional_headers={"Cookie": f"{XSRF}={token}"},
        max_size=None,
        ping_interval=None,
    ) as socket:
        yield Visitor(server, socket, token)
