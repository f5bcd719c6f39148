/** Stands for an application: the code whose lines the tests look for. */
@NullMarked
package com.example;

import org.jspecify.annotations.NullMarked;
