"""Texts of an upload and of the editor, which travel to the browser."""

from gateway.texts import N_

UPLOAD = {
    "room": N_("这个文件 {size}，存储还可放 {room}"),
    "size": N_("这个文件 {size}"),
    "no_room": N_("放不下：这个文件 {size}，存储只剩 {room}"),
    "too_large": N_("这个文件 {size}，超过 8 GB：请压缩或分成几讲"),
    "empty": N_("这个文件是空的：请另选一个"),
    "beginning": N_("正在开始"),
    "progress": N_("已传 {p}%（{sent} / {size}）"),
    "paused": N_("已暂停在 {p}%，随时可以接着传"),
    "away": N_("网络不通：传到的都还在，网络恢复后会自己接着传"),
    "stopped": N_("网络一直不通：传到的都还在，请按“接着传”"),
    "signed_out": N_("登录已过期：请在新窗口登录，再按“接着传”，传到的都还在"),
    "found": N_("《{title}》传到 {p}%：请再选同一个文件，会从那里接着传"),
    "other": N_("这不是上次没传完的那个文件：请选同一个文件，或先放弃上次的"),
    "done": N_("文件已经传完"),
    "given_up": N_("已放弃，可以另选一个文件"),
}
EDITOR = {
    "unsaved": N_("有未保存的修改"),
    "place": N_("《{title}》在第 {n} 位，共 {m} 讲"),
    "removed": N_("《{title}》会在保存时删去，现在还可以撤销"),
    "restored": N_("《{title}》已恢复"),
    "added": N_("加了一讲，请填写名称"),
    "new": N_("新的一讲"),
    "undo": N_("撤销删除"),
    "title_of": N_("第 {n} 讲的名称"),
    "kind_of": N_("第 {n} 讲的类型"),
}
