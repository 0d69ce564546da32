package org.gan4j.layers;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a field of a layer or a recipe is where a text lacks it: a file leaves out what it need not
 * say, and what an earlier version wrote stays readable when a field is added. A field without this
 * must be there.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
  /**
   * The value.
   *
   * @return as YAML has it; {@code {}} for a record of defaults, {@code null} for a field that need
   *     not be there at all
   */
  String value();
}
