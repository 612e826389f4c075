/** The editor with scripts: lessons move at once, unsaved changes are told. */

import { editLessons } from "./lessons.js";
import { dragLessons } from "./dragging.js";
import { showPicture } from "./picture.js";
import { watchChanges } from "./unsaved.js";

const form = document.querySelector("[data-editor]");
const words = JSON.parse(form.dataset.editor);
const changed = watchChanges(form, words);
const lessons = editLessons(form, words, changed);
dragLessons(form.querySelector("[data-lessons]"), lessons.settle);
showPicture(form);
