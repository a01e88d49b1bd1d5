/** A line through the last values, drawn as SVG. */

const space = "http://www.w3.org/2000/svg";
const width = 240;
const height = 56;

export class Sparkline {
    /** The drawing; silent, since the value stands beside it. */
    element = document.createElementNS(space, "svg");
    #values = [];
    #capacity;
    #line = document.createElementNS(space, "path");
    #area = document.createElementNS(space, "path");

    /** @param {number} capacity how many values fit from side to side */
    constructor(capacity) {
        this.#capacity = capacity;
        this.element.setAttribute("viewBox", `0 0 ${width} ${height}`);
        this.element.setAttribute("preserveAspectRatio", "none");
        this.element.setAttribute("aria-hidden", "true");
        const floor = document.createElementNS(space, "line");
        for (const [name, value] of Object.entries({ x1: 0, x2: width, y1: height, y2: height })) {
            floor.setAttribute(name, value);
        }
        this.#area.setAttribute("class", "area");
        this.element.append(floor, this.#area, this.#line);
    }

    /** Adds a value at the right edge; null is a gap. */
    push(value) {
        this.#values.push(value);
        if (this.#values.length > this.#capacity) this.#values.shift();
        this.#draw();
    }

    get highest() {
        return Math.max(0, ...this.#values.map((value) => value ?? 0));
    }

    #draw() {
        const top = this.highest || 1;
        const step = width / (this.#capacity - 1);
        const start = width - (this.#values.length - 1) * step;
        let line = "", area = "", from = null;
        const close = (x) => { if (from !== null) area += `L${x} ${height}L${from} ${height}Z`; from = null; };
        this.#values.forEach((value, index) => {
            const x = (start + index * step).toFixed(1);
            if (value === null) return close((start + (index - 1) * step).toFixed(1));
            const point = `${x} ${(height - (value / top) * (height - 4)).toFixed(1)}`;
            line += (from === null ? "M" : "L") + point;
            area += (from === null ? "M" : "L") + point;
            from ??= x;
        });
        close(width);
        this.#line.setAttribute("d", line);
        this.#area.setAttribute("d", area);
    }
}
