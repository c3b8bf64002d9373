import "./evaluation.css";
import { saveEach } from "./save-each";

saveEach(document);
