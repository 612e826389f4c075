"""Why a file cannot become a course's picture: a stable code, and what to do."""

FAULTS = {
    "not-picture": "这不是 JPEG、PNG 或 WebP 图片：请换一种格式导出后再传",
    "too-large": "图片文件超过 8 MB：请压缩后再传",
    "too-small": "图片太小：宽至少 640、高至少 360 像素",
    "too-many-pixels": "图片太大：请缩小到 6400 万像素、每边 16384 以内再传",
    "animated": "动画图片不能用：请传静止的图片",
    "cut-short": "图片文件不完整：请重新导出后再传",
    "unreadable": "图片读不出来，可能已损坏：请重新导出后再传",
}
