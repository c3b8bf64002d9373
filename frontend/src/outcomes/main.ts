/** The course, the response, questionnaires and what may not wait. */

import "./outcomes.css";
import "./plot.css";
import { keepOneSubmit } from "../desk/one-submit";
import { printOnTap } from "../desk/print";

keepOneSubmit(document);
printOnTap(document);
