// SPDX-License-Identifier: GPL-2.0-only
// Carries the precompiled header of the tests.
