import "./people.css";
import { printOnTap } from "../desk/print";

printOnTap(document);
