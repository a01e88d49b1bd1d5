/** Numbers, money and times as people read them. */

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const share = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 0 });
const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayAndTime = new Intl.DateTimeFormat(undefined, {
    weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});

export const count = (number) => whole.format(number);

/** With a decimal below ten, where it matters. */
export const rate = (number) => (Math.abs(number) < 10 ? short : whole).format(number);

/** Rounded down, so that 100 % means all. */
export const percent = (part, all) => share.format(all > 0 ? Math.floor((100 * part) / all) / 100 : 0);

/** `1 item`, `2 items`. */
export const plural = (number, one, many = one + "s") => `${count(number)} ${number === 1 ? one : many}`;

/** An amount in the currency's minor unit. */
export function money({ amount_minor: amount, currency }) {
    const format = new Intl.NumberFormat("en", { style: "currency", currency });
    return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

/** `4:05`, `1:04:05`, `2 days 1:04:05`; never less than nothing, and a second that has begun counts. */
export function countdown(milliseconds) {
    const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
    const two = (number) => String(number).padStart(2, "0");
    const [days, hours] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24];
    const tail = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    if (days > 0) return `${plural(days, "day")} ${hours}:${tail}`;
    return hours > 0 ? `${hours}:${tail}` : tail;
}

/** How long something takes, in words for reading out. */
export function inWords(milliseconds) {
    const seconds = Math.max(0, Math.round(milliseconds / 1000));
    if (seconds < 60) return plural(seconds, "second");
    if (seconds < 3600) return plural(Math.round(seconds / 60), "minute");
    return plural(Math.round(seconds / 3600), "hour");
}

/** A moment as the reader's clock shows it, with the day where it is another one. */
export function moment(milliseconds, now = Date.now()) {
    const date = new Date(milliseconds);
    const isToday = date.toDateString() === new Date(now).toDateString();
    return (isToday ? timeOfDay : dayAndTime).format(date);
}
