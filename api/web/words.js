// Every word of the page, in both languages. A function takes what varies.

const WORDS = {
  zh: {
    skip: "跳到提问框",
    library: "文库",
    tagline: "句句有出处",
    lede: "用平常的话提问。答案逐句引自文库中的文件，并经核对后才显示。",
    question: "问题",
    placeholder: "例如：离婚后孩子归谁抚养？",
    hint: "Enter 提问，Shift + Enter 换行",
    ask: "提问",
    answer: "答案",
    evidence: "原文",
    asking: "正在查找并核对原文……",
    reading: "正在取原文……",
    sources: "出处",
    abstained: "没有足够依据，不作回答",
    nearest: "最接近的段落",
    noNearest: "文库中没有接近的段落。",
    found: (n) => `检索到的段落（${n}）`,
    quoted: "逐句摘自原文，未使用语言模型",
    written: "由语言模型撰写，已逐句核对",
    support: (percent) => `依据充分度 ${percent}%`,
    indexVersion: (name) => `索引 ${name}`,
    took: (text) => `用时 ${text}`,
    copyAnswer: "复制答案",
    copyLink: "复制引文链接",
    copied: "已复制",
    copyFailed: "浏览器不允许复制，请手动复制：",
    cited: (n) => `引文 ${n}`,
    page: (n) => `第 ${n} 页`,
    source: "来源",
    empty_library: "文库是空的",
    nothing_found: "文库中没有找到相关内容",
    low_support: "找到的内容不足以支持一个答案",
    unverified: "草拟的答案未能通过核对",
    clause_does_not_exist: "所问的条款不存在",
    no_such_law: "文库中没有所问的法规",
    not_in_force: "现行有效的文件中没有答案",
    not_yet: (day) => (day ? `尚未施行：自 ${day} 起施行` : "尚未施行"),
    superseded: (day, by) => `已被新版本取代${day ? `：${day} 起` : ""}${by ? `《${by}》` : ""}`,
    repealed: (day, by) => `已废止${day ? `：${day} 起失效` : ""}${by ? `（《${by}》）` : ""}`,
    ocr: "文字由图片识别，请核对原件",
    also: (n) => `另有 ${n} 处同样的表述`,
    whatChanged: "改动",
    citeAs: "引用格式",
    official: "公文",
    gbt7714: "GB/T 7714",
    copy: "复制",
    scope: "范围",
    scopeSet: (text) => `范围：${text}`,
    asOf: "按某日有效的版本",
    inCollection: "文集",
    condition: "条件",
    conditionExample: "如 issued >= 2020-01-01",
    intoCollection: "收入到文集（可不填）",
    about: "信息",
    noFacts: "没有识别出文号、日期等信息。",
    notes: "读取时的说明",
    fact_title: "标题",
    fact_number: "文号",
    fact_issuer: "发文机关",
    fact_issued: "公布日期",
    fact_enacted: "制定日期",
    fact_effective: "施行日期",
    fact_repealed: "废止日期",
    fact_status: "时效",
    fact_collection: "文集",
    fact_tags: "标签",
    fact_aliases: "简称",
    fact_instrument: "所属法规",
    fact_part: "部分",
    fact_repeals: "废止的文件",
    fact_language: "语言",
    from_hand: "手工设置",
    from_option: "收入时指定",
    from_sidecar: "附带文件",
    from_front_matter: "文前信息",
    from_head: "文首",
    from_tail: "文末",
    from_file_name: "文件名",
    from_format: "文件属性",
    supported: "已核对：原文支持",
    partial: "部分得到原文支持",
    unsupported: "原文不足以支持",
    contradicted: "与原文不符",
    valid: "原文未变",
    moved: "原文已移位",
    changed: "原文已修改",
    gone: "文件已移除",
    movedNote: "这段文字仍在文件中，位置有变。现在位于：",
    changedNote: "文件在引用之后有修改，下面是引用时的文字。",
    goneNote: "文件已不在文库中，下面是引用时的文字。",
    documents: (n) => `${n} 份文件`,
    emptyLibrary: "文库还是空的。先收入几份文件，就可以提问了。",
    addFirst: "收入文件",
    drop: "把文件拖到这里，或",
    choose: "选择文件",
    filter: "按标题或来源筛选",
    more: (n) => `还有 ${n} 份，请用上面的筛选框查找。`,
    close: "关闭",
    uploading: (n) => `正在收入 ${n} 个文件……`,
    added: "已收入",
    updated: "已更新",
    unchanged: "没有变化",
    renamed: "已改名",
    left: "已移除",
    refused: "未收入",
    remove: "删除",
    removeAsk: "确定从文库中删除？删除后立即不再被引用。",
    removeYes: "确定删除",
    cancel: "取消",
    removed: (title) => `已删除：${title}`,
    characters: (n) => `${n} 字`,
    quarantine: "未能读取的文件",
    trouble: "出了点问题",
    network: "连不上服务。请确认它仍在运行，然后再试。",
    again: "再试一次",
    language: "Switch to English",
    languageMark: "EN",
  },
  en: {
    skip: "Skip to the question",
    library: "Library",
    tagline: "Every sentence has its source",
    lede: "Ask in plain words. Each sentence of the answer rests on a place in your documents, and is checked against it before you see it.",
    question: "Question",
    placeholder: "For example: Who keeps the children after a divorce?",
    hint: "Enter asks, Shift + Enter starts a new line",
    ask: "Ask",
    answer: "Answer",
    evidence: "Cited text",
    asking: "Searching, and checking against the text…",
    reading: "Opening the cited text…",
    sources: "Sources",
    abstained: "Not enough evidence to answer",
    nearest: "Nearest passages",
    noNearest: "No passage of the library comes near.",
    found: (n) => `Passages found (${n})`,
    quoted: "Quoted sentence by sentence, no language model",
    written: "Written by a language model, each sentence checked",
    support: (percent) => `Evidence ${percent}%`,
    indexVersion: (name) => `Index ${name}`,
    took: (text) => `Took ${text}`,
    copyAnswer: "Copy answer",
    copyLink: "Copy link to this citation",
    copied: "Copied",
    copyFailed: "The browser does not allow copying; please copy by hand:",
    cited: (n) => `Citation ${n}`,
    page: (n) => `Page ${n}`,
    source: "Source",
    empty_library: "The library is empty",
    nothing_found: "Nothing in the library is about this",
    low_support: "What was found does not carry an answer",
    unverified: "The drafted answer did not pass the check",
    clause_does_not_exist: "There is no such clause",
    no_such_law: "That law is not in the library",
    not_in_force: "Nothing in force answers this",
    not_yet: (day) => (day ? `Not yet in force: from ${day}` : "Not yet in force"),
    superseded: (day, by) => `Superseded${day ? ` on ${day}` : ""}${by ? ` by ${by}` : ""}`,
    repealed: (day, by) => `Repealed${day ? ` on ${day}` : ""}${by ? ` by ${by}` : ""}`,
    ocr: "Recognised from a picture: check the original",
    also: (n) => (n === 1 ? "1 other place says the same" : `${n} other places say the same`),
    whatChanged: "What changed",
    citeAs: "Cite as",
    official: "Official",
    gbt7714: "GB/T 7714",
    copy: "Copy",
    scope: "Scope",
    scopeSet: (text) => `Scope: ${text}`,
    asOf: "Versions in force on",
    inCollection: "Collection",
    condition: "Condition",
    conditionExample: "such as issued >= 2020-01-01",
    intoCollection: "Into a collection (optional)",
    about: "About",
    noFacts: "No number, date or the like was found.",
    notes: "Notes from reading it",
    fact_title: "Title",
    fact_number: "Number",
    fact_issuer: "Issuer",
    fact_issued: "Issued",
    fact_enacted: "Enacted",
    fact_effective: "Effective",
    fact_repealed: "Repealed",
    fact_status: "Status",
    fact_collection: "Collection",
    fact_tags: "Tags",
    fact_aliases: "Short names",
    fact_instrument: "Instrument",
    fact_part: "Part",
    fact_repeals: "Repeals",
    fact_language: "Language",
    from_hand: "set by hand",
    from_option: "given when added",
    from_sidecar: "sidecar",
    from_front_matter: "front matter",
    from_head: "head of the text",
    from_tail: "end of the text",
    from_file_name: "file name",
    from_format: "file properties",
    supported: "Checked: the text supports it",
    partial: "Supported in part",
    unsupported: "Not supported by the text",
    contradicted: "Contradicts the text",
    valid: "Text unchanged",
    moved: "Text has moved",
    changed: "Text has changed",
    gone: "Document removed",
    movedNote: "The same words now stand elsewhere in the document:",
    changedNote: "The document was edited since. These are the words as they were cited.",
    goneNote: "The document has left the library. These are the words as they were cited.",
    documents: (n) => (n === 1 ? "1 document" : `${n} documents`),
    emptyLibrary: "The library is empty. Add a few documents, then ask.",
    addFirst: "Add documents",
    drop: "Drop files here, or",
    choose: "choose files",
    filter: "Filter by title or source",
    more: (n) => `${n} more; use the filter above to find them.`,
    close: "Close",
    uploading: (n) => (n === 1 ? "Adding 1 file…" : `Adding ${n} files…`),
    added: "Added",
    updated: "Updated",
    unchanged: "Unchanged",
    renamed: "Renamed",
    left: "Removed",
    refused: "Refused",
    remove: "Delete",
    removeAsk: "Delete it from the library? No answer will quote it from then on.",
    removeYes: "Delete",
    cancel: "Cancel",
    removed: (title) => `Deleted: ${title}`,
    characters: (n) => `${n} characters`,
    quarantine: "Files that could not be read",
    trouble: "Something went wrong",
    network: "The service cannot be reached. Check that it is running, then try again.",
    again: "Try again",
    language: "切换为中文",
    languageMark: "中",
  },
};

const REMEMBERED = "judian-language";

function remembered() {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null; // storage is off: the browser's language decides each time
  }
}

let language = remembered();
if (language !== "zh" && language !== "en") {
  language = (navigator.language || "zh").toLowerCase().startsWith("zh") ? "zh" : "en";
}

export function word(key, ...varying) {
  const text = WORDS[language][key];
  return typeof text === "function" ? text(...varying) : text;
}

const HAN = /\p{Script=Han}/u;

// The server says some things in both languages, as "中文 / English": return the reader's half.
export function ownHalf(text) {
  const halves = text.split(" / ");
  if (halves.length !== 2 || !HAN.test(halves[0]) || HAN.test(halves[1])) return text;
  return halves[language === "zh" ? 0 : 1].trim();
}

// A key of a document's facts that has no word of its own is shown as it is.
export function factName(key) {
  return word(`fact_${key}`) || key;
}

export function locale() {
  return language === "zh" ? "zh-CN" : "en";
}

export function switchLanguage() {
  language = language === "zh" ? "en" : "zh";
  try {
    localStorage.setItem(REMEMBERED, language);
  } catch {
    // storage is off: the choice lasts as long as the page
  }
}

export function fillWords() {
  document.documentElement.lang = locale();
  for (const element of document.querySelectorAll("[data-word]")) {
    element.textContent = word(element.dataset.word);
  }
  for (const element of document.querySelectorAll("[data-word-placeholder]")) {
    element.placeholder = word(element.dataset.wordPlaceholder);
  }
  for (const element of document.querySelectorAll("[data-word-label]")) {
    element.setAttribute("aria-label", word(element.dataset.wordLabel));
  }
}
