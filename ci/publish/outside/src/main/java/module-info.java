/** A program of modules that uses gan4j. */
module outside {
  requires org.gan4j;
}
