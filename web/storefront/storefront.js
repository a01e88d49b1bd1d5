/** Puts the storefront together: one sale, watched; its items; a cart. */

import { byId, setText } from "../parts/dom.js";
import { Store } from "../parts/store.js";
import { soldBitmap } from "./api.js";
import { Browse } from "./browse.js";
import { Cart } from "./cart.js";
import { CartView } from "./cartview.js";
import { Catalogue, persistently } from "./catalogue.js";
import { Checkout } from "./checkout.js";
import { Grid } from "./grid.js";
import { Hero, phaseOf } from "./hero.js";
import { watchSale } from "./watch.js";
import { NextSale } from "./nextsale.js";
import { sentence } from "./problems.js";
import { chooseSale } from "./sales.js";
import { shopper, showShopper } from "./shopper.js";
import { SoldBits } from "./soldbits.js";

const isOpen = (phase) => ["opening", "running", "closing"].includes(phase);

function shop(sale) {
    const bits = new SoldBits(sale.total_items);
    const state = new Store({ ...sale, items: sale.total_items, sold: sale.items_sold, sold_rate: 0, mode: "live" });
    const cart = new Cart(sale.id, shopper);
    const catalogue = new Catalogue(sale.id);
    const hero = new Hero(sale);
    const next = new NextSale(sale.id);
    const phase = () => phaseOf(state.value);

    const checkout = new Checkout({ cart, bits, limit: sale.items_per_user, changed: () => refresh() });
    const grid = new Grid(byId("items"), {
        condition(item) {
            if (cart.hasBought(item.id)) return "bought";
            if (checkout.adding.has(item.id)) return "adding";
            if (cart.value.isPending && cart.has(item.id)) return "buying";
            if (bits.isSold(item.number)) return "sold";
            if (cart.has(item.id)) return "cart";
            if (phase() === "before") return "early";
            return isOpen(phase()) ? "free" : "closed";
        },
        press: (item) => checkout.toggle(item),
        beyond: (direction) => browse.turn(direction),
    });
    const browse = new Browse(catalogue, bits, grid);
    const view = new CartView(cart, {
        isLost: (item) => item.number !== null && bits.isSold(item.number) && !cart.value.isPending,
        remove: (item) => checkout.remove(item),
        buy: () => checkout.buy(),
        hurry: () => checkout.hurry(),
        canBuy: () => phase() !== "before" && phase() !== "paused",
    });
    checkout.show(view);

    function refresh() {
        grid.refresh();
        view.refresh();
        browse.showPlace();
    }

    function takeBitmap(bytes) {
        bits.merge(bytes);
        refresh();
    }

    async function readBitmap() {
        takeBitmap((await persistently(() => soldBitmap(sale.id))).bytes);
    }

    function draw() {
        const value = state.value;
        hero.show(value);
        next.show(phaseOf(value) === "ended" || phaseOf(value) === "soldout");
        refresh();
    }

    watchSale(sale.id, {
        snapshot({ status, starts_at, ends_at, items, sold, sold_rate }) {
            bits.grow(items);
            state.set({ status, starts_at, ends_at, items, sold, sold_rate: sold_rate ?? 0 });
            if (sold !== bits.sold) readBitmap();
        },
        delta({ sold, sold_rate, items }) {
            for (const number of items ?? []) bits.mark(number);
            state.set({ sold, sold_rate });
            if (items === null) readBitmap();
        },
        bitmap: takeBitmap,
        status: ({ status, starts_at, ends_at }) => state.set({ status, starts_at, ends_at }),
        mode: (mode) => state.set({ mode }),
    });
    state.watch(draw);
    cart.watch(refresh);
    setInterval(draw, 1000);
    readBitmap().finally(() => browse.open(0));
    let user = null;
    shopper.watch(({ id }) => {
        if (id !== user) checkout.resume();
        user = id;
    });
    byId("outcome-close").addEventListener("click", () => byId("outcome").close());
}

async function start() {
    showShopper();
    const note = byId("sale-note");
    try {
        const sale = await persistently(chooseSale);
        if (sale) {
            byId("main").dataset.ready = "";
            return shop(sale);
        }
        setText(note, "No sale is planned yet. This page looks for one by itself.");
        setText(byId("sale-name"), "Nothing on sale");
        setTimeout(() => location.reload(), 20_000 + 10_000 * Math.random());
    } catch (error) {
        setText(note, sentence(error));
        setText(byId("sale-name"), "No such sale");
    }
}

start();
