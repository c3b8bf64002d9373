import "./desk.css";
import "./forms.css";
import "./today.css";
import "./leaving.css";
import "./label.css";
import "./note.css";
import { keepOneSubmit } from "./one-submit";
import { followChoice } from "./choice";
import { printOnTap } from "./print";
import { ageList } from "./as-it-was";

keepOneSubmit(document);
followChoice(document);
printOnTap(document);
ageList(document, (ms, act) => setTimeout(act, ms));
