from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from corpus.errors import UndecidedEncoding, UnreadableSource
from corpus.readers.html.reader import HtmlReader
from corpus.types import ReadResult, SourceFile
from tests.places import SHARED

LAWS = SHARED / "data" / "laws"

BODY = (
    "<p>为了规范网站的登录和访问，保护公民的合法权益，根据有关法律，制定本办法。</p>"
    "<p>第一条　网络运营者应当要求用户提供真实身份信息，不得为其提供相关服务的，依照其规定。</p>"
    "<p>第二条　任何个人和组织有权向有关部门举报危害网络安全的行为，有关部门应当及时依法处理。</p>"
)


def read_bytes(data: bytes, name: str = "a.html") -> ReadResult:
    return HtmlReader().read(SourceFile(f"upload:{name}", name, data))


def read_page(body: str, head: str = "") -> ReadResult:
    page = f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"
    return read_bytes(page.encode())


def lines_of(body: str) -> list[str]:
    return read_page(body).text.split("\n")


def headings_of(result: ReadResult) -> list[tuple[str, int]]:
    return [(result.text[each.start : each.end], each.level) for each in result.headings]


# --- what a browser shows ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("<p>一<b>二</b>三</p>四", ["一二三", "四"]),
        ("甲<br>乙<br/>丙", ["甲", "乙", "丙"]),
        ("<p>  two   words\n here </p>", ["two words here"]),
        ("<p>中文在源文件里\n  换行</p>", ["中文在源文件里换行"]),
        ("<p>他说：\n“好”。</p>", ["他说：“好”。"]),
        ("<p>한국어\n문장</p>", ["한국어 문장"]),
        ("<p>　　缩进&nbsp;不要</p>", ["缩进\u00a0不要"]),
        ("<pre>  甲\n\n    乙  </pre>", ["  甲", "    乙"]),
        ("<p>&lt;名称&gt;&amp;&#12295;&ldquo;</p>", ["<名称>&〇“"]),
        ("<p>10<sup>5</sup>次，H<sub>2</sub>O，注<sup>①</sup></p>", ["10⁵次，H₂O，注①"]),
        ("<p><ruby>漢<rp>(</rp><rt>han</rt><rp>)</rp></ruby>字</p>", ["漢字"]),
        ("<p>旧<del>的</del><ins>新</ins>文</p>", ["旧新文"]),
        ("<p>他说<q>是<q>否</q></q></p>", ["他说“是‘否’”"]),
        ("<details><summary>题</summary>文</details>", ["题", "文"]),
        ("<span style='display:block'>甲</span>乙", ["甲", "乙"]),
        ("<p>A&#8203;B&shy;C</p>", ["ABC"]),
        ("<p>甲<script>x</script><style>y</style><template>z</template>乙</p>", ["甲乙"]),
        ("<p>甲</p><noscript>请开启</noscript><!-- 注 -->", ["甲"]),
        (
            "<p hidden>甲</p><p aria-hidden=true>乙</p><p style='display : none'>丙</p><p>丁</p>",
            ["丁"],
        ),
        ("<p>甲<span style='font-size:0'>乙</span><i style='opacity: 0.0;'>丙</i>丁</p>", ["甲丁"]),
        ("<p>甲<i style='font-size:0.9em'>乙</i><i style='opacity:0.5'>丙</i></p>", ["甲乙丙"]),
        ("<p style='font-size:0'><span class=a>甲</span> <span class=a>乙</span></p>", ["甲 乙"]),
        ("<dl><dt>词<dd>义</dl>", ["词", "义"]),
        ("<p>未闭合<p>第二段<div>三", ["未闭合", "第二段", "三"]),
    ],
)
def test_text_is_what_a_browser_shows(body: str, lines: list[str]) -> None:
    assert lines_of(body) == lines


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("<ul><li>甲<li>乙</ul>", ["• 甲", "• 乙"]),
        ("<ol><li>甲<li>乙</ol>", ["1. 甲", "2. 乙"]),
        ("<ol start=3 type=a><li>甲<li>乙</ol>", ["c. 甲", "d. 乙"]),
        ("<ol type=I><li>甲<li value=9>乙<li>丙</ol>", ["I. 甲", "IX. 乙", "X. 丙"]),
        ("<ol reversed><li>甲<li>乙</ol>", ["2. 甲", "1. 乙"]),
        (
            "<ol><li><p>甲</p><p>续</p><li>乙<ol type=A><li>子</ol></ol>",
            ["1. 甲", "续", "2. 乙", "A. 子"],
        ),
        (
            "<ol style='list-style-type:cjk-ideographic' start=10><li>甲<li>乙</ol>",
            ["十、甲", "十一、乙"],
        ),
        ("<ul style='list-style:none'><li>（一）甲</ul>", ["（一）甲"]),
        ("<ol><li><li>乙</ol>", ["1.", "2. 乙"]),
    ],
)
def test_list_items_carry_their_markers(body: str, lines: list[str]) -> None:
    assert lines_of(body) == lines


def test_headings_have_their_levels_and_places() -> None:
    result = read_page("<h1>办法</h1><p>文。</p><h2>第一章<br>总则</h2><p>文。</p><h3></h3>")
    assert headings_of(result) == [("办法", 1), ("第一章 总则", 2)]


# --- tables --------------------------------------------------------------------------------------


def test_a_table_gives_each_row_with_its_headers() -> None:
    table = (
        "<table><caption>表1</caption><tr><th>项目<th>金额</tr>"
        "<tr><td rowspan=2>办公费<td>1,200<tr><td>300</table>"
    )
    assert lines_of(f"<p>前</p>{table}<p>后</p>") == [
        "前",
        "表1",
        "项目：办公费；金额：1,200",
        "项目：办公费；金额：300",
        "后",
    ]


def test_a_table_that_only_places_things_is_read_as_blocks() -> None:
    page = (
        "<table><tr><td><h1>题</h1></td><td><table><tr><td>甲</td></tr></table>文</td></tr></table>"
    )
    assert lines_of(page) == ["题", "甲", "文"]


def test_words_between_the_cells_of_a_table_are_not_lost() -> None:
    text = read_page("<table><tr><th>甲<th>乙</tr><p>散落</p><tr><td>1<td>2</tr></table>").text
    assert sorted("".join(text.split())) == sorted("甲乙散落12")


def test_spans_that_claim_millions_of_places_are_refused() -> None:
    row = "<tr>" + "<td rowspan=65534 colspan=1000>x" * 2 + "</tr>"
    with pytest.raises(UnreadableSource, match="places"):
        read_page(f"<table><tr><th>题</th></tr>{row}{'<tr></tr>' * 3000}</table>")


# --- the main part -------------------------------------------------------------------------------

SITE = """
<div class="topbar"><a href="/">首页</a> <a href="/l">登录</a></div>
<div class="nav"><ul><li><a>要闻</a><li><a>政策</a><li><a>服务</a></ul></div>
<div class="crumbs">当前位置：<a>首页</a> &gt; <a>政策</a></div>
{main}
<div class="share">分享到：<a>微信</a> <a>微博</a></div>
<div class="related-news">相关阅读 <a>另一个办法的解读</a></div>
<div id="footer"><p>主办单位：某某人民政府办公厅　版权所有　京ICP备05070218号</p></div>
"""


@pytest.mark.parametrize(
    "main",
    [
        "<div class='TRS_Editor'>{}</div>",
        "<div id='zoom'>{}</div>",
        "<div class='pages_content' id='UCAP-CONTENT'><div class='TRS_Editor'>{}</div></div>",
        "<article>{}</article>",
        "<main>{}</main>",
        "<div role='main'>{}</div>",
        "<div class='w1200'><div class='x7'>{}</div></div>",
        "<table><tr><td class='bt_content'>{}</td></tr></table>",
        "{}",
    ],
)
def test_the_document_is_read_and_its_page_is_not(main: str) -> None:
    result = read_page(SITE.format(main=main.format(BODY)))
    assert result.text.split("\n") == re.findall(r"<p>(.*?)</p>", BODY)
    assert any("around the main part" in note for note in result.receipt.notes)


def test_a_title_above_the_main_part_comes_first() -> None:
    main = f"<div class=t>网站登录办法</div><div class=d>来源：本站</div><div id=zoom>{BODY}</div>"
    head = "<title>网站登录办法_政策_中国政府网</title>"
    result = read_page(SITE.format(main=main), head)
    assert result.title == "网站登录办法"
    assert headings_of(result) == [("网站登录办法", 1)]
    assert "来源" not in result.text


def test_without_a_clear_main_part_everything_is_kept() -> None:
    result = read_page("<div><p>甲单位的一句话。</p></div><div><p>乙单位的另一句话。</p></div>")
    assert result.text == "甲单位的一句话。\n乙单位的另一句话。"
    assert any("no part of the page is clearly" in note for note in result.receipt.notes)


def test_a_part_named_like_furniture_that_holds_the_document_stays() -> None:
    result = read_page(f"<div class='header'>{BODY}</div><div class='nav'><a>首页</a></div>")
    assert "第二条" in result.text
    assert "首页" not in result.text


def test_what_a_visitor_presses_is_left_out() -> None:
    result = read_page(f"<div id=zoom>{BODY}<p>【字体：大 中 小】 打印 关闭</p></div>")
    assert "打印" not in result.text
    assert any("share and print" in note for note in result.receipt.notes)


def test_what_is_left_out_is_counted() -> None:
    body = "<p>正文</p><p hidden>藏四个字</p><s>删</s><img src=x alt=图章><iframe src=y></iframe>"
    notes = "\n".join(read_page(body).receipt.notes)
    assert "4 hidden characters" in notes
    assert "1 struck-out characters" in notes
    assert "1 pictures left out: 图章" in notes
    assert "1 embedded" in notes


# --- title and facts -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        ("国务院关于某事的通知_其他_中国政府网", "文", "国务院关于某事的通知"),
        ("某办法 - 某某市人民政府门户网站", "文", "某办法"),
        ("某办法-政策文件-教育部", "文", "某办法-政策文件"),
        ("GB/T 33190-2016 电子文件", "文", "GB/T 33190-2016 电子文件"),
        ("某办法|司法部网站", "文", "某办法"),
        ("", "<h1>某办法</h1>文", "某办法"),
        ("某办法 某网", "<h1>某办法</h1>文", "某办法"),
        ("", "文", None),
    ],
)
def test_the_title_comes_without_the_site(title: str, body: str, expected: str | None) -> None:
    assert read_page(body, f"<title>{title}</title>").title == expected


def test_meta_elements_and_the_information_table_state_facts() -> None:
    head = (
        "<title>x</title><meta name=ArticleTitle content=某某办法>"
        "<meta name=PubDate content='2023-07-24 10:20'><meta name=ContentSource content=新华社>"
    )
    info = (
        "<table><tr><td><b>索 引 号：</b></td><td>000014349/2023</td>"
        "<td>发文字号：</td><td>国发〔2023〕15号</td></tr>"
        "<tr><td>发文机关：</td><td>国务院</td><td>成文日期：</td><td>2023年7月4日</td></tr></table>"
    )
    metadata = read_page(f"{info}<div id=zoom>{BODY}</div>", head).metadata
    assert metadata == {
        "title": "某某办法",
        "published": "2023-07-24",
        "content_source": "新华社",
        "index_number": "000014349/2023",
        "number": "国发〔2023〕15号",
        "issuer": "国务院",
        "issued": "2023-07-04",
    }


def test_a_list_of_documents_states_no_facts() -> None:
    rows = "".join(
        f"<p>发文字号：国发〔2023〕{n}号</p><p>成文日期：2023-01-0{n}</p>" for n in (1, 2)
    )
    assert "number" not in read_page(rows).metadata


# --- encodings -----------------------------------------------------------------------------------


@pytest.mark.parametrize("declared", ["gb2312", "utf-8", "gbk", None])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_a_false_charset_loses_to_the_bytes(declared: str | None, encoding: str) -> None:
    meta = f"<meta charset={declared}>" if declared else ""
    page = f"<html><head>{meta}<title>某办法</title></head><body>{BODY}𠮷镕</body></html>"
    assert "𠮷镕" in read_bytes(page.encode(encoding)).text


def test_big5_declared_or_not() -> None:
    body = "<p>為了保障人民權益，維護社會秩序，依據憲法規定，特制定本條例。機關應當依法處理。</p>"
    for meta in ("", "<meta http-equiv=Content-Type content='text/html; charset=big5'>"):
        assert "權益" in read_bytes(f"<html>{meta}{body}</html>".encode("big5")).text


def test_a_declaration_settles_a_doubt_and_never_a_contradiction() -> None:
    few = "<html><meta charset=gb2312><p>某某</p></html>".encode("gb18030")
    assert read_bytes(few).text == "某某"
    assert read_bytes(few).receipt.encoding == "gb18030"
    with pytest.raises(UndecidedEncoding):
        read_bytes("<html><meta charset=utf-8><p>朱镕基同志</p></html>".encode("gb18030")[:-13])


def test_two_encodings_in_one_page_are_refused_whatever_it_declares() -> None:
    page = f"<html><meta charset=gb2312>\n{BODY}\n".encode("gb18030") + f"{BODY}</html>".encode()
    with pytest.raises(UndecidedEncoding):
        read_bytes(page)


# --- pages that are no documents -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "body", "said"),
    [
        ("404 Not Found", "<center><h1>404 Not Found</h1></center><hr>nginx", "error page"),
        ("403 Forbidden", "<h1>Forbidden</h1>", "error page"),
        ("502 Bad Gateway", "<h1>502 Bad Gateway</h1>", "error page"),
        ("某市人民政府", "<h1>404</h1><p>抱歉，您访问的页面不存在</p>", "error page"),
        ("出错了", "<p>您访问的页面不存在或已删除，请返回首页。</p>", "error page"),
        ("页面不存在 - 某某市人民政府网站", "<a>首页</a><p>5秒后返回</p>", "error page"),
        ("请登录", "<form>用户名<input><input type=password></form>", "login"),
        ("统一身份认证平台", "<form>账号<input type=password>记住我</form>", "login"),
        ("Just a moment...", "<p>Checking your browser</p>", "robots"),
        ("安全验证", "<p>请拖动滑块完成拼图</p>", "robots"),
        ("", "<p>请开启JavaScript并刷新该页.</p><script>x</script>", "shell"),
        ("某系统", "<div id=app></div><script src=app.js></script>", "shell"),
        ("某系统", "<div id=app>加载中...</div><script src=app.js></script>", "shell"),
        ("", "<p>您的请求已被该网站防火墙拦截</p>", "firewall"),
        (
            "Request Rejected",
            "<p>The requested URL was rejected. Your support ID is: 1</p>",
            "firewall",
        ),
    ],
)
def test_a_page_that_came_instead_of_the_document_is_refused(
    title: str, body: str, said: str
) -> None:
    with pytest.raises(UnreadableSource, match=said):
        read_page(body, f"<title>{title}</title>")


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("关于规范用户登录的通知", "<p>各处室：请登录系统填报数据。</p>"),
        ("关于404号文件的批复", "<p>同意第404号请示。</p>"),
        ("网站登录办法", BODY),
        ("公告", "<p>系统将于今晚维护，届时页面无法访问，请开启JavaScript后填写验证码。</p>"),
        ("政策", f"<form>搜索<input><input type=password></form>{BODY}{BODY}"),
        ("要闻", "<ul><li><a>国务院常务会议</a><li><a>某办法公布</a></ul><script>x</script>"),
    ],
)
def test_a_document_about_such_things_is_read(title: str, body: str) -> None:
    assert read_page(body, f"<title>{title}</title>").text


@pytest.mark.parametrize(
    "data", [b"<html></html>", b"<html><body><script>x</script>", b"<!-- x -->"]
)
def test_nothing_visible_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableSource):
        read_bytes(data)


# --- hostile pages -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 200_000 + "深",
        "<table><tr><td>" * 5_000 + "深",
        "<ul><li>" * 5_000 + "深",
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><html><p>&b;</p></html>',
        "<html><p title='" + "x" * 2_000_000 + "'>文</p></html>",
        "<html><p>a\x00b</p></html>",
        "<html>" + "<p>文</p>" * 20_000,
        "<html><p>" + "\n " * 200_000 + "文</p>",
    ],
)
def test_a_hostile_page_is_read_or_refused(page: str) -> None:
    try:
        text = read_bytes(page.encode()).text
    except UnreadableSource:
        return
    assert "文" in text or "&b;" in text


def test_markup_in_attributes_and_scripts_stays_inert() -> None:
    result = read_page(
        "<p onclick='x'>甲<a href='javascript:alert(1)'>乙</a><img src=x onerror=y></p>"
    )
    assert result.text == "甲乙"


FUZZ = """
    <p> </p> <div> </div> <table> <tr> <td> <th> </table> <ul> <ol> <li> </li> <h1> </h1> <br> <pre>
    </pre> <b> <q> <sup> </sup> <svg> <select> <caption> <thead> <!-- --> <![CDATA[ ]]> <nav> <html>
    <body> </html> <td/rowspan=0> <th/colspan=3> <ol/start=-2> <li/value=x> <p/hidden>
"""


@settings(max_examples=300)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(FUZZ.split()),
            st.text(max_size=8),
        ),
        max_size=40,
    )
)
def test_any_markup_gives_a_result_or_a_reason(pieces: list[str]) -> None:
    data = ("<html>" + "".join(pieces)).encode("utf-8", "replace")
    try:
        result = read_bytes(data)
    except UnreadableSource:
        return
    assert result.text == result.text.strip("\n")
    for heading in result.headings:
        assert "\n" not in result.text[heading.start : heading.end]
    assert all(line.strip() for line in result.text.split("\n"))


# --- saved pages ----------------------------------------------------------------------------------


def test_mhtml_is_read_as_its_page() -> None:
    page = (
        f"<html><head><meta charset=gb2312><title>某办法</title></head><body>{BODY}</body></html>"
    )
    head = (
        "From: <Saved by Blink>\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    tail = "\r\n--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b--\r\n"
    data = head.encode() + page.encode("gb18030") + tail.encode()
    result = read_bytes(data, "a.mht")
    assert result.text.split("\n") == re.findall(r"<p>(.*?)</p>", BODY)
    assert result.media_type == "multipart/related"
    assert any("1 files saved" in note for note in result.receipt.notes)


# --- a page by another program -------------------------------------------------------------------


def in_order(wanted: str, found: str) -> float:
    """Share of the characters of ``wanted`` found in order: greedy, from line to line."""
    at = matched = 0
    for character in wanted:
        next_at = found.find(character, at, at + 200)
        if next_at >= 0:
            at, matched = next_at + 1, matched + 1
    return matched / len(wanted)


def test_a_law_written_by_libreoffice_comes_back(tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    if not LAWS.is_dir():
        pytest.skip(f"the laws are missing: {LAWS}")
    texts = (path.read_text("utf-8") for path in sorted(LAWS.rglob("*.md")))
    source = next(t for t in texts if 10_000 < len(t) < 40_000 and t.count("\n#") > 5)
    stripped = (line.strip() for line in source.split("\n"))
    lines = [line for line in stripped if line and not line.startswith("<!--")]
    marked = [
        f"<h{len(line) - len(line.lstrip('#'))}>{line.lstrip('# ')}</h2>"
        if line.startswith("#")
        else f"<p>{line}</p>"
        for line in lines
    ]
    table = (
        "<table border=1><tr><th>项目</th><th>金额</th></tr><tr><td>甲</td><td>12</td></tr></table>"
    )
    page = tmp_path / "law.html"
    page.write_text(f"<html><meta charset=utf-8><body>{''.join(marked)}{table}", "utf-8")
    profile = (tmp_path / "profile").as_uri()
    office = ["soffice", f"-env:UserInstallation={profile}", "--headless"]
    for kind in ("odt", "html"):
        out = tmp_path / kind
        subprocess.run(
            [*office, "--convert-to", kind, "--outdir", str(out), str(page)],
            check=True,
            capture_output=True,
            timeout=180,
        )
        page = out / f"law.{kind}"
    result = read_bytes(page.read_bytes(), page.name)
    wanted = "".join("".join(line.lstrip("# ").split()) for line in lines)
    assert in_order(wanted, "".join(result.text.split())) >= 0.995
    found = {"".join(text.split()) for text, _ in headings_of(result)}
    assert found >= {"".join(line.lstrip("# ").split()) for line in lines if line.startswith("#")}
    assert "项目：甲；金额：12" in result.text


def test_characters_no_xml_may_hold_stand_beside_what_is_taken_out() -> None:
    result = read_page(f"<p>甲&#1;<script>x</script>\x02乙<br hidden>\x0b丙。</p>{BODY}")
    assert "".join(result.text.split("\n")[0].split()) == "甲乙丙。"
