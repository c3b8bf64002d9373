import "./course.css";
import "./day.css";
import "./search.css";
import { keepOneSubmit } from "../desk/one-submit";
import { watchSearch } from "./watch-search";

keepOneSubmit(document);
watchSearch(document);
