"""Characters that nobody sees or that mean the same: what makes two texts differ that a clerk takes for one."""

import re

_INVISIBLE = (
    "\\x00-\\x08\\x0e-\\x1b\\x7f-\\x84\\x86-\\x9f\\xad\\u034f\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891\\u08e2"
    "\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f"
    "\\ufeff\\uffa0\\ufff0-\\ufffb\\U000110bd\\U000110cd\\U00013430-\\U0001343f\\U0001bca0-\\U0001bca3"
    "\\U0001d173-\\U0001d17a\\U000e0001\\U000e0020-\\U000e007f\\U000e0100-\\U000e01ef"
)
"""Unicode's control (Cc) and format (Cf) characters, variation selectors and other signs without a shape."""

SPACES = re.compile(rf"[\s{_INVISIBLE}]+")
"""Spaces, and characters that leave no trace."""

UNSEEN = re.compile(rf"[{_INVISIBLE}]")
"""One character that leaves no trace."""

_PLAIN = re.compile("[0-9A-Za-z\u4e00-\u9fff]")

PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
"""A character that means something on one computer only, as rare characters of names did before Unicode had them."""

_PAIRS = """
學学 號号 級级 導导 師师 願愿 層层 類类 別别 關关 愛爱 須须 迴回 監监 護护 測测 責责 務务 時时 間间
開开 結结 狀状 態态 鎖锁 標标 題题 當当 對对 調调 換换 請请 審审 發发 單单 備备 註注 釋释 職职 長长
組组 擔担 數数 額额 齡龄 歡欢 歲岁 興兴 專专 項项 電电 話话 統统 據据 條条 轉转 體体 農农 戶户 歷历
實实 習习 雙双 選选 擇择 優优 親亲 屬属 檔档 檢检 觀观 點点 圖图 來来 內内 縣县 鄉乡 鎮镇 區区 園园
個个 無无 為为 樣样 過过 進进 輔辅 離离 崗岗 產产 歸归 還还 終终 續续 應应 負负 質质 適适 遲迟 錄录
錯错 門门 閉闭 階阶 頁页 順顺 預预 領领 顯显 風风 馬马 驗验 協协 參参 員员 營营 張张 總总 計计 論论
設设 證证 課课 講讲 議议 讓让 變变 貴贵 許许 訪访 訂订 記记 訊讯 詢询 認认 誤误 說说 談谈 該该 詳详
諮咨 國国 際际 衛卫 術术 補补 裡里 複复 視视 規规 覺觉 構构 權权 極极 業业 樂乐 殘残 異异 療疗 盡尽
劑剂 礙碍 禮礼 積积 節节 範范 築筑 簡简 簽签 絡络 給给 經经 維维 練练 聯联 聲声 聽听 膽胆 臨临 舉举 舊旧
處处 見见 託托 訓训 訴诉 諒谅
"""
_SIMPLIFIED = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()})


def is_seen(text: str) -> bool:
    """Tell whether a text has a character that leaves a trace."""
    return bool(_PLAIN.match(text) or SPACES.sub("", text))


def simplified(text: str) -> str:
    """Return a text with the traditional characters of headers and common words in their simplified form."""
    return text if text.isascii() else text.translate(_SIMPLIFIED)
